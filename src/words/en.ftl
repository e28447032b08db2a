# The words of the program in English. The sign ~ is a no-break space.
# The same names and arguments as in ru.ftl; a test watches over it.

## The word of the answer

word-lent = Lent
word-returned = Returned
word-attention = Attention
word-refused = Not lent
word-not-accepted = Not accepted
word-not-renewed = Not renewed
word-not-undone = Not undone
word-not-done = Not done
word-renewed = Renewed
word-undone = Undone
word-unknown = Unknown
word-stopped = Stopped

## Codes К-00…К-49: headline, text, step, help

k00-headline = Show a badge, then an item
k00-text = Returns need no badge: just scan the item

k01-headline = Scan the next item
k01-text = Badge accepted: { $school }. Scan the equipment
session-how-to-end = To finish: “Done” or the school’s badge again

k02-headline = Badge not registered
k02-text = This badge is not registered. Ask the centre’s staff
k02-next = Ask the centre’s staff
k02-help = Staff can issue a badge for card …{ $hint }
k02-help-code = The centre has no badge { $badge }

k03-headline = Badge no longer valid
k03-text = This badge is no longer valid. Ask the head of the centre
k03-next = Ask the head of the centre
k03-help = Badge { $badge } was valid until { $last }. Returns need no badge
k03-not-yet-headline = Badge not valid yet
k03-not-yet-text = The badge is valid from { $from }. No loans before that day
k03-not-yet-help = Badge { $badge }. Returns need no badge
k03-stopped-headline = Card stopped
k03-stopped-text = This card has been stopped. Ask the centre’s staff
k03-stopped-next = Give the card to the centre’s staff
k03-stopped-help = It belonged to badge { $badge }. Returns need no badge
k03-duty-headline = Duty badges do not borrow
k03-duty-text = Badge { $badge } is for duty. Loans need a school’s badge
k03-duty-next = Show the school’s badge
k03-duty-help = Or the badge of a teacher of the centre

k04-headline = { $item }
k04-text = Lent: { $item }. Due back { $due }

k05-headline = { $count ->
    [one] { $count }~item
   *[other] { $count }~items
}
k05-text = { $count ->
    [one] { $count }~item lent.
   *[other] { $count }~items lent.
} Due back { $due }
k05-today = { $count ->
    [one] { $count }~item lent.
   *[other] { $count }~items lent.
} Due back today

k06-headline = { $item }
k06-text = Returned: { $item }. Thank you

k07-headline = { $days ->
    [one] Was due { $days }~day ago
   *[other] Was due { $days }~days ago
}
k07-text = { $days ->
    [one] Returned. It was due { $days }~day ago; this is noted
   *[other] Returned. It was due { $days }~days ago; this is noted
}

k08-headline = To the “Check” shelf
k08-text = Returned. Put it on the “Check” shelf

k09-headline = Not among the holdings
k09-text = This tag is not in the holdings. Lay the item aside and tell staff
k09-next = Lay the item aside
k09-help = Staff will sort out tag …{ $hint } later
k09-help-id = There is no number { $id } in the holdings

k10-headline = Already lent to another school
k10-text = Already lent: { $school }, since { $since }, due { $due }
k10-next = Scan the item at the desk
k10-help = That records its return; then lend it again

k11-headline = Already on loan to you
k11-text = Already on loan to you until { $due }. Return or renew it by card
k11-next = Scan the item to return it
k11-help = To renew: the “Renew” card, then the item

k12-headline = Reserved from { $from-day }
k12-text = The item is reserved from { $from }. Return it before that day
k12-refused-text = Reserved: { $school }, from { $from }. Too close to lend it now
k12-next = Take another one of its kind
k12-help = The availability page shows what is free

k13-headline = Reservation found
k13-text = Reservation found and fulfilled

k14-headline = Agreement has expired
k14-text = The agreement expired on { $last }. Returns go on, loans after renewal
k14-next = Leave the item on the desk
k14-help = The coordinator renews the agreement

k15-headline = Due date shortened to { $last-day }
k15-text = The agreement ends on { $last }. The due date was shortened

k16-headline = Agreement not in force yet
k16-text = The agreement is not in force yet. Ask the coordinator
k16-from-text = The agreement begins on { $from }. No loans before that day
k16-next = Ask the coordinator
k16-help = Returns are taken without an agreement

k17-headline = { $limit ->
    [one] Limit reached: { $limit }~item
   *[other] Limit reached: { $limit }~items
}
k17-text = { $limit ->
    [one] Limit reached: { $limit }~item. Return it to take another
   *[other] Limit reached: { $limit }~items. Return some to take others
}
k17-next = Return some items
k17-help = To return: scan the item at the desk

k18-headline = Something is overdue
k18-text = Something is overdue ({ $count }). New loans are suspended
k18-next = Return what is overdue
k18-help = Staff may lend with a stated reason

k19-headline = Only inside the centre
k19-text = Not lent outside the centre
k19-next = Leave the item on the desk
k19-help = Inside, a badge of the centre’s teacher takes it

k20-headline = Needs an order and second badge
k20-text = Lent by order only. An order number and a second badge are needed
k20-next = Enter the order number, show a second badge
k20-help = The second badge is of the same school. Then it is lent by itself
k20-order-headline = Order number needed
k20-order-text = Second badge accepted. Enter the order number or scan its sheet
k20-order-next = Enter the order number
k20-badge-headline = Second badge needed
k20-badge-text = Order { $order } accepted. Show a second badge of the same school
k20-badge-next = Show the second badge
k20-waiting = { $count ->
    [one] Waiting for order and second badge: { $count }~item
   *[other] Waiting for order and second badge: { $count }~items
}

k21-headline = Founder’s consent needed
k21-text = Lending this to another organisation needs the founder’s consent
k21-next = Leave the item on the desk
k21-help = The head of the centre asks for the consent

k22-headline = Kit incomplete
k22-text = Missing: { $parts }. Lent as it is

k23-headline = Kit waits for its check
k23-text = This kit has not been checked. No loan before the check
k23-next = Put it on the “Check” shelf
k23-help = Staff check the parts, then the kit is lent again
k23-count-next = Count its parts and scan it again
k23-count-help = No time? Put it on the “Check” shelf
k23-short-headline = Kit incomplete
k23-short-text = Missing: { $parts }. No loan before it is checked
k23-short-help = Take another kit; staff will complete this one

k24-headline = Missing: { $parts }
k24-headline-many = { $count ->
    [one] { $count }~part missing
   *[other] { $count }~parts missing
}
k24-text = Missing: { $parts }. This is noted
k24-next = Put it on the “Check” shelf
k24-help = Missing parts are looked for, then replaced

k25-headline = Kit complete
k25-text = The kit is complete

k26-headline = Put the tray on the scales
k26-text = Put tray { $tray } on the scales

k27-headline = Damage noted
k27-text = Damage noted. The item goes to be checked
k27-next = Put it on the “Check” shelf
k27-help = A mistake? The “Undo” card
k27-refused-headline = The item is damaged
k27-refused-text = Damage is noted. No loan before it is checked
k27-refused-since = Damage noted on { $since }. No loan before it is checked
k27-refused-help = Take another one of its kind

k28-headline = In repair since { $since-day }
k28-text = In repair since { $since }. Lent again after the repair
k28-instead-text = In repair since { $since }. Instead: { $instead }, place { $room }
k28-next = Leave the item on the desk
k28-help = Staff will note the end of the repair
k28-instead-help = Free instead: { $instead }

k29-headline = Verification is overdue
k29-text = Verification was due on { $due }. No loans
k29-unknown-text = Verification is overdue. No loans
k29-away-headline = Away for verification
k29-away-text = The item is away for verification. No loans
k29-next = Leave the item on the desk
k29-help = Staff will record the new date

k30-headline = Aircraft number recorded
k30-text = Aircraft number { $number }. Fly only after approval

k31-headline = Hygiene treatment needed
k31-text = Hygiene treatment is needed before the next loan

k32-headline = Until { $due-day }
k32-text = Renewed until { $due }

k33-headline = Reserved by others
k33-text = Cannot be renewed: reserved from { $from }
k33-next = Return the item before { $from }
k33-help = The due date has not changed

k34-headline = How many took part?
k34-text = The head count may be entered now or later
k34-recorded = { $count ->
    [one] { $count }~participant recorded
   *[other] { $count }~participants recorded
}

k35-headline = Two items are seen
k35-text = This number fits several tags. Present one at a time
k35-next = Present one at a time
k35-help = Or type the number on the label, for example ТР-0001
k35-crowd-headline = Too many tags at once
k35-crowd-text = The reader saw many tags at once. Nothing was written
k35-crowd-next = Take all away, present one at a time
k35-crowd-help = Only a reader set up for piles takes a pile

k36-headline = Already counted
k36-text = Already counted
k36-item = Already counted: { $item }, { $id }
k36-not-out-headline = The item is not out
k36-not-out-text = The item is not on loan. Nothing has changed
k36-not-out-next = Put the item in its place
k36-not-out-help = To take it, show a badge and scan the item

k37-headline = Carried out without a loan
k37-text = Carried out without a loan: { $id }. Record the loan
k37-next = Bring the item back to the desk
k37-help = Show a badge, then scan the item

k38-headline = Its place is { $room }
k38-text = Its place is { $room }. Put the item back there

k39-headline = Reader not connected
k39-text = No reader is connected. Type the number
k39-next = Type the number
k39-help = It stands on the label: ТР-0001, on the badge: B-0101

k40-headline = The reader works again
k40-text = The reader works again

k41-headline = Do not carry anything out
k41-text = Nothing was recorded. Do not carry the item out; repeat
k41-next = Call the centre’s staff
k41-help = The program restarts by itself; what was recorded is safe
k41-space-headline = The disk is nearly full
k41-space-text = The disk is nearly full. Returns work, loans are stopped
k41-space-next = Leave the item on the desk
k41-space-help = Staff will free space on the disk

k42-headline = No internet connection
k42-text = No connection. Loans and returns work; the page will update later

k43-headline = Check the date and time
k43-text = The clock of this device says { $date }
k43-next = Set the clock of the device
k43-help = Records stay in order and are not lost
k43-confirm = If the date is right: a duty badge, then the button
k43-notice = Check the date and time of this device

k44-headline = A stocktake is running
k44-text = A stocktake is running. Loans only through staff
k44-next = Ask the centre’s staff
k44-help = Returns work as usual

k45-headline = Found { $found } of { $all }
k45-text = Found { $found } of { $all }

k46-headline = Session ended
k46-text = Session ended. Show the badge again
k46-done = Session ended

k47-headline = Out of paper
k47-text = Out of paper. The act is saved, number { $act }

k48-headline = Due date moved: centre closed
k48-vacation-headline = Due date moved: vacation
k48-text = The centre is closed on { $wanted }. The due date was moved
k48-refused-headline = This due date will not do
k48-refused-text = { $asked } will not do. The latest due date is { $latest }
k48-next = Name another due date
k48-help = Not after { $latest }, on a working day of the centre

k49-headline = Taken from { $school }
k49-plain-headline = Taken from another school
k49-text = Taken from { $school }. Scan again to lend it
k49-next = Scan again
k49-help = Not needed? Put it on its shelf

## Other refusals

lost-headline = Declared lost
lost-text = Declared lost on { $since }. No loans
lost-next = Leave the item on the desk
lost-help = Staff will note that it was found
withdrawn-headline = The item is written off
withdrawn-text = Written off on { $since }. No longer lent
withdrawn-next = Leave the item on the desk
withdrawn-help = Staff decide what becomes of it
unknown-thing-headline = No such record
unknown-thing-text = Not found: { $id }
unknown-thing-next = Check the number
unknown-thing-help = Looked for: { $what }
tag-taken-headline = The tag is taken
tag-taken-text = The tag already belongs to another item or badge
tag-taken-item-text = The tag already belongs to { $id }
tag-taken-next = Take another tag
tag-taken-help = Or first take this one off the other item
tag-is-alias-headline = This number cannot be bound
tag-is-alias-text = The printed number of a card fits several tags
tag-is-alias-next = Scan the tag itself
tag-is-alias-help = A reader will read the whole number
already-so-headline = Already recorded so
already-so-text = Already recorded so; nothing has changed
already-so-next = Carry on
already-so-help = This is about: { $what }
no-later-headline = There is no later due date
no-later-text = The due date is already the latest. Nothing has changed
no-later-next = Return the item in time
no-later-help = It can be renewed nearer to its due date
cannot-void-headline = Too late to undo
cannot-void-text = The time is over, or another record stands on this one
cannot-void-next = Ask the centre’s staff
cannot-void-help = Staff will correct the record with a stated reason
invalid-headline = This value will not do
invalid-text = This value will not do: { $field }
invalid-next = Check the value
invalid-help = Nothing was recorded
duty-needed-headline = A duty badge is needed
duty-needed-text = Only staff on duty may decide this
duty-needed-next = Show a duty badge
duty-needed-help = Then repeat; for a loan, state a reason
strange-card-headline = Card not known
strange-card-text = This command card belongs to another version
strange-card-next = Print the cards again
strange-card-help = They are printed from the page “Cards”

## Other notices

notice-calendar-ended = The calendar ends on { $last }. Check the due date
notice-overridden = Set aside by staff on duty; the reason is recorded
notice-from-another = Taken from { $school }
notice-by-label = Taken by its label

## Quiet lines

quiet-done = Session ended
quiet-done-lent = Session ended. { $count ->
    [one] { $count }~item lent,
   *[other] { $count }~items lent,
} due back { $due }
quiet-nothing-to-undo = Nothing to undo
quiet-nothing-to-end = No session is open
quiet-nothing-to-damage = Scan the item first, then the “Damaged” card
quiet-damage-lent = { $item } is lent: take it back first, then mark the damage
quiet-no-such-number = There is no such number: { $number }. Check it
quiet-nothing-to-check = No kit waits for a check
quiet-nothing-returned = Return an item first, then enter the number
quiet-damage-noted = The damage is marked already: { $item }
quiet-count-parts = The kit waits for a check. Mark what is here
quiet-mark-parts = Mark on the screen what is missing
quiet-later = Check put off: { $item }
quiet-print = This version does not print acts. The records are kept
quiet-info = Scan an item: it is shown and nothing changes
quiet-renew = Scan the item to renew
quiet-renew-other = Another school has it: { $school }. Renew it in that school’s session
quiet-pile = Pile: { $lent } lent, { $returned } returned, { $rest } to look at
quiet-duty = On duty: { $role }, { $badge }
quiet-clock-confirmed = Date and time confirmed
quiet-duty-over = The shift has ended. Show the duty badge again
quiet-actor = Badge accepted: { $badge }. The session goes on
quiet-order = Order { $order } accepted
quiet-order-needs-badge = Order { $order } accepted. Show the school’s badge

## An item at the desk: its card, and undoing

info-available = Available
info-on-loan = Lent: { $school }, due back { $due }
info-overdue = { $days ->
    [one] Lent: { $school }. Overdue by { $days }~day
   *[other] Lent: { $school }. Overdue by { $days }~days
}
info-reserved = Reserved: { $school }, from { $from }
info-unchecked = The kit waits for its check
info-short = Missing: { $parts }
info-damaged = Damage noted
info-in-repair = In repair
info-verification = Away for verification
info-lost = Declared lost
info-withdrawn = Written off
item-first-next = Show the school’s badge
item-first-help = { $seconds ->
    [one] The item waits for { $seconds }~second
   *[other] The item waits for { $seconds }~seconds
}
item-first-waiting = Waits for a badge: { $item }, { $id }
undone-checked-out = Loan undone. The item is at the centre again
undone-returned = Return undone. The item is on loan again
undone-renewed = Renewal undone. The earlier due date counts
undone-kit-checked = Check of the kit undone
undone-condition = Note of its condition undone
damage-note = noted by card at the desk
undo-reason = undone at the desk

place-room = Its place: { $room }
place-check = To the “Check” shelf

## Due date in words

due-back = Due back { $due }
due-today = { $due-weekday }, today
due-tomorrow = { $due-weekday }, tomorrow
due-in-days = { $days ->
    [one] { $due-weekday }, in { $days }~day
   *[other] { $due-weekday }, in { $days }~days
}
due-past = { $days ->
    [one] { $due-weekday }, { $days }~day ago
   *[other] { $due-weekday }, { $days }~days ago
}

## The sheet: lines, counts, session

line-lent = Lent
line-returned = Returned
line-returned-from = Returned from { $school }
line-returned-late = { $days ->
    [one] Returned, was due { $days }~day ago
   *[other] Returned, was due { $days }~days ago
}
line-late = Returned late
line-renewed = Renewed
line-checked = Kit complete
line-short = Missing: { $parts }
line-short-plain = Kit incomplete
line-damaged = Damage noted
line-refused = Not lent
line-refused-because = Not lent, { $why }
line-not-renewed-because = Not renewed, { $why }
line-not-accepted-because = Not accepted, { $why }
line-not-done-because = Not done, { $why }
line-unknown = Unknown tag
line-unknown-tag = Tag …{ $hint }, laid aside
line-unknown-badge = Card …{ $hint }, not registered
line-undone = undone
line-undone-was = Undone: { $was }
line-not-written = not recorded
line-not-written-was = Not recorded: { $was }

sheet-session = Session
sheet-latest = Latest records
sheet-today = Recorded today
session-open = Session open
session-agreement = Agreement { $number } is in force until { $last }
session-agreement-over = Agreement { $number } was in force until { $last }
session-no-agreement = No agreement
session-centre = Inside the centre, due back today
session-lent = Lent { $count }
session-returned = taken back { $count }
session-left = { $left } of { $limit } still possible
duty = On duty: { $badge }, { $role }
code = code { $code }

## Kits

panel-from = from { $school }
panel-short-parts = Missing: { $parts }

## States of an item

state-available = available
state-on-loan = on loan
state-reserved = reserved
state-under-check = under check
state-in-repair = in repair
state-lost = lost
state-withdrawn = written off

## Readers: state and step

reader-works = Works
reader-works-step = Nothing to do
reader-waiting = Not connected yet
reader-waiting-step = Plug the reader into the desk’s computer
reader-lost = Not connected
reader-lost-since = not connected since { $time }
reader-lost-step = Check cable and power; the program finds it again
reader-denied = No access to the port
reader-denied-step = Let the service use it: “formular readers explain” names the command
reader-busy = Another program holds the port
reader-busy-step = Close the program that holds the port; “formular readers explain” names it
reader-silent = Does not answer
reader-silent-step = Check its power, its model and the port’s speed
reader-confused = Its answers make no sense
reader-confused-step = Check the reader’s model and the port’s speed in the settings
reader-failed = Cannot be read
reader-failed-step = “formular readers explain” says why and what to do
readers-work = { $all ->
    [one] { $count } of { $all }~reader works
   *[other] { $count } of { $all }~readers work
}

## Command cards

card-done = Done
card-done-help = Ends the school’s session
card-undo = Undo
card-undo-help = Undoes the desk’s last record within two minutes
card-complete = Everything is there
card-complete-help = The kit on the screen is checked and complete
card-short = Something is missing
card-short-help = Records the parts marked on the screen
card-later = Check later
card-later-help = The kit waits for its check and is not lent
card-damaged = Damaged
card-damaged-help = Notes damage of the last item
card-renew = Renew
card-renew-help = First the card, then the item
card-info = Look up
card-info-help = First the card, then the item: nothing changes
card-print = Print
card-print-help = This version does not print acts; the record is kept anyway
order-sheet = Order { $order }
order-sheet-help = Scan it when lending by order

## Buttons and pages

button-done = Done
button-undo = Undo
button-undo-until = Undo until { $time }
button-info = Look up
button-dismiss = Clear

formular = Formular
demo-no-reader = Choose a reader
demo-cannot-read = { $reader } cannot read such a tag. Choose another reader
demo-unplugged = { $reader } is unplugged. Plug it in and try again
demo-not-heard = { $reader } does not answer. Try again
count-units = { $count ->
    [one] { $count }~item
   *[other] { $count }~items
}
count-days = { $count ->
    [one] { $count }~day
   *[other] { $count }~days
}
count-items = { $count ->
    [one] { $count }~thing
   *[other] { $count }~things
}
