//! Why a place in a file was refused, in English and in Russian side by side.
//!
//! Knows: the reasons and their wording. Must not know: where the place is, how files are read.

use std::fmt;

/// Why a place was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    // ---- the file ------------------------------------------------------------------------------
    NotUtf8,
    Utf16,
    Empty,
    TooLarge {
        mib: u64,
    },
    TooManyRows {
        most: usize,
    },
    Unreadable {
        why: String,
    },
    /// Neither one of the eight files nor the accounting export.
    NoneOfOurs,
    // ---- headings and shape ----------------------------------------------------------------------
    NoSuchColumn,
    MissingColumn,
    ColumnTwice,
    CellCount {
        found: usize,
        expected: usize,
    },
    QuoteOpen,
    QuoteInside,
    QuoteAfter,
    Control,
    // ---- one cell --------------------------------------------------------------------------------
    Blank,
    TooLong {
        chars: usize,
    },
    NoDate {
        found: String,
    },
    NoMoment {
        found: String,
    },
    NoNumber {
        found: String,
    },
    /// A count of 0 where there must be something.
    Zero,
    NoMoney {
        found: String,
    },
    OneOf {
        found: String,
        known: &'static str,
    },
    NoHex {
        found: String,
        expected: Hex,
    },
    CheckDigit {
        found: String,
        expected: char,
    },
    NoParts {
        found: String,
    },
    /// Empty although another cell of the row makes it necessary, or filled although it makes it senseless.
    WithColumn {
        other: &'static str,
        wanted: bool,
    },
    DateOrder {
        first: String,
        second: String,
    },
    // ---- what it refers to -------------------------------------------------------------------------
    Unknown {
        what: What,
        id: String,
    },
    /// Rows of one kind of kit that call it differently.
    OneOfKit {
        found: String,
        title: String,
    },
    /// The part exists, but in another kind of kit.
    OtherKit {
        part: String,
    },
    TooMany {
        part: String,
        found: u32,
        most: u32,
    },
    Twice {
        what: What,
        id: String,
        line: u64,
    },
    TagTaken {
        tag: String,
        by: String,
    },
    CardTaken {
        by: String,
    },
    /// A warning: the row is taken, the card is not.
    CardStopped {
        by: String,
    },
    /// A warning: the row is taken as it is.
    LooksLikeName {
        found: String,
    },
    // ---- history ---------------------------------------------------------------------------------------
    Impossible {
        why: String,
        why_ru: String,
    },
    /// Later than this computer's clock, a day's tolerance included.
    NotYet {
        found: String,
        latest: String,
    },
    BackInTime {
        found: String,
        latest: String,
    },
    LiveJournal,
    /// A row of history that was taken earlier now says something else.
    Rewritten,
    NoHold {
        item: String,
        school: String,
    },
    NoStocktake,
    SchoolOfBadge {
        badge: String,
        school: String,
    },
    /// The loan is another school's.
    OtherLoan {
        loan: String,
        of: String,
    },
}

/// What a hexadecimal cell should hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hex {
    Epc,
    Uid,
    /// Any of the two, or a bar code.
    Tag,
}

/// What a cell refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    School,
    Room,
    Donor,
    Kit,
    Component,
    Item,
    Badge,
    Loan,
    Agreement,
    Event,
    Days,
}

impl What {
    /// English and Russian.
    fn both(self) -> [&'static str; 2] {
        match self {
            What::School => ["school", "организация"],
            What::Room => ["room", "кабинет"],
            What::Donor => ["donor", "благотворитель"],
            What::Kit => ["kind of kit", "тип комплекта"],
            What::Component => ["component", "составляющая"],
            What::Item => ["item", "единица"],
            What::Badge => ["badge", "бейдж"],
            What::Loan => ["loan", "выдача"],
            What::Agreement => ["agreement", "договор"],
            What::Event => ["event", "событие"],
            What::Days => ["stretch of days", "период"],
        }
    }
}

impl Hex {
    fn both(self) -> [&'static str; 2] {
        match self {
            Hex::Epc => [
                "an EPC in hexadecimal (24 digits, or more in groups of 4)",
                "EPC из 24 шестнадцатеричных цифр (или больше, по 4)",
            ],
            Hex::Uid => [
                "a serial number of 4, 7, 8 or 10 bytes in hexadecimal",
                "номер из 4, 7, 8 или 10 байт в шестнадцатеричном виде",
            ],
            Hex::Tag => ["a UID, an EPC or an EAN-13", "UID, EPC или EAN-13"],
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [en, _] = self.both();
        f.write_str(&en)
    }
}

impl Reason {
    /// The reason in Russian.
    pub fn ru(&self) -> String {
        let [_, ru] = self.both();
        ru
    }

    /// English and Russian side by side, so that one is not changed without the other.
    fn both(&self) -> [String; 2] {
        use Reason::*;
        let fixed = |en: &str, ru: &str| [en.to_owned(), ru.to_owned()];
        match self {
            NotUtf8 => fixed(
                "not UTF-8; save the table as «CSV UTF-8» (this looks like windows-1251)",
                "не UTF-8; сохраните таблицу как «CSV UTF-8» (похоже на windows-1251)",
            ),
            Utf16 => fixed(
                "UTF-16; save the table as «CSV UTF-8»",
                "UTF-16; сохраните таблицу как «CSV UTF-8»",
            ),
            Empty => fixed(
                "the file is empty, not even headings",
                "файл пуст, нет даже заголовков",
            ),
            TooLarge { mib } => [format!("larger than {mib} MiB"), format!("больше {mib}\u{a0}МиБ")],
            TooManyRows { most } => [format!("more than {most} rows"), format!("больше {most} строк")],
            Unreadable { why } => [format!("cannot be read: {why}"), format!("не читается: {why}")],
            NoneOfOurs => fixed(
                "none of the known files: schools, rooms, donors, kits, equipment, badges, calendar, events (.csv)",
                "ни один из известных файлов: schools, rooms, donors, kits, equipment, badges, calendar, events (.csv)",
            ),
            NoSuchColumn => fixed(
                "a file of this kind has no such column",
                "в файле этого вида такого столбца нет",
            ),
            MissingColumn => fixed("this column is missing", "этого столбца не хватает"),
            ColumnTwice => fixed("this column stands here twice", "этот столбец указан дважды"),
            CellCount { found, expected } => [
                format!("{found} cells instead of {expected}"),
                format!("ячеек {found} вместо {expected}"),
            ],
            QuoteOpen => fixed(
                "a quotation mark opens here and is never closed",
                "кавычка открыта и не закрыта",
            ),
            QuoteInside => fixed(
                "a quotation mark inside a cell that is not quoted; write \"…\" around the cell and double the mark",
                "кавычка внутри ячейки без кавычек; заключите ячейку в \"…\" и удвойте кавычку",
            ),
            QuoteAfter => fixed(
                "text after the closing quotation mark",
                "текст после закрывающей кавычки",
            ),
            Control => fixed(
                "a control character or a line break in the cell",
                "управляющий символ или перевод строки в ячейке",
            ),
            Blank => fixed("must not be empty", "не должно быть пустым"),
            TooLong { chars } => [
                format!("longer than {chars} characters"),
                format!("длиннее {chars}\u{a0}знаков"),
            ],
            NoDate { found } => [
                format!("«{found}» is no date; written as 2026-08-31"),
                format!("«{found}» — не дата; пишется 2026-08-31"),
            ],
            NoMoment { found } => [
                format!("«{found}» is no time with an offset; written as 2026-08-31T23:59:59+03:00"),
                format!("«{found}» — не время со смещением; пишется 2026-08-31T23:59:59+03:00"),
            ],
            NoNumber { found } => [
                format!("«{found}» is no whole number"),
                format!("«{found}» — не целое число"),
            ],
            Zero => fixed("must be at least 1", "должно быть не меньше 1"),
            NoMoney { found } => [
                format!("«{found}» is no amount; written as 45900.00"),
                format!("«{found}» — не сумма; пишется 45900.00"),
            ],
            OneOf { found, known } => [
                format!("«{found}» is not known here; known: {known}"),
                format!("«{found}» здесь неизвестно; известны: {known}"),
            ],
            NoHex { found, expected } => {
                let [en, ru] = expected.both();
                [
                    format!("«{found}» is not {en}"),
                    format!("«{found}» не подходит, нужно: {ru}"),
                ]
            }
            CheckDigit { found, expected } => [
                format!("«{found}»: the check digit does not fit, it should be {expected}"),
                format!("«{found}»: контрольная цифра не сходится, должна быть {expected}"),
            ],
            NoParts { found } => [
                format!("«{found}» is no list of parts; written as ROB1-04:1;ROB1-10:2"),
                format!("«{found}» — не перечень составляющих; пишется ROB1-04:1;ROB1-10:2"),
            ],
            WithColumn { other, wanted: true } => [
                format!("must not be empty beside this {other}"),
                format!("не должно быть пустым при таком {other}"),
            ],
            WithColumn { other, wanted: false } => [
                format!("must be empty beside this {other}"),
                format!("должно быть пустым при таком {other}"),
            ],
            DateOrder { first, second } => [
                format!("{second} is before {first}"),
                format!("{second} раньше, чем {first}"),
            ],
            Unknown { what, id } => {
                let [en, ru] = what.both();
                [
                    format!("{en} {id} is not known"),
                    format!("не найдено в учёте: {ru} {id}"),
                ]
            }
            OneOfKit { found, title } => [
                format!("«{found}», but the rows of this kit above say «{title}»"),
                format!("«{found}», а в строках этого комплекта выше «{title}»"),
            ],
            OtherKit { part } => [
                format!("component {part} does not belong to this kit"),
                format!("составляющая {part} не входит в этот комплект"),
            ],
            TooMany { part, found, most } => [
                format!("{found} of {part}, but the kit has {most}"),
                format!("{part}: указано {found}, а в комплекте {most}"),
            ],
            Twice { what, id, line } => {
                let [en, ru] = what.both();
                [
                    format!("{en} {id} stands in line {line} already; leave one of the two rows"),
                    format!("{ru} {id} уже есть в строке {line}; оставьте одну из двух строк"),
                ]
            }
            TagTaken { tag, by } => [
                format!("tag {tag} belongs to {by} already"),
                format!("метка {tag} уже принадлежит {by}"),
            ],
            CardTaken { by } => [
                format!("this card belongs to {by} already"),
                format!("эта карта уже принадлежит {by}"),
            ],
            CardStopped { by } => [
                format!(
                    "this card of {by} was stopped and is not given back by a file; the rest of the row is taken"
                ),
                format!(
                    "эта карта бейджа {by} остановлена, файлом она не возвращается; остальное из строки принято"
                ),
            ],
            LooksLikeName { found } => [
                format!(
                    "«{found}» looks like a person’s name; names do not belong here, use roles and badge codes"
                ),
                format!(
                    "«{found}» похоже на имя человека; имён здесь быть не должно, пишите роль и код бейджа"
                ),
            ],
            Impossible { why, why_ru } => [why.clone(), why_ru.clone()],
            NotYet { found, latest } => [
                format!(
                    "{found} has not been yet: this computer's clock is before {latest}; correct the row or the clock"
                ),
                format!(
                    "{found} ещё не наступило: по часам этого компьютера раньше {latest}; исправьте строку или часы"
                ),
            ],
            BackInTime { found, latest } => [
                format!("{found} is earlier than {latest} before it"),
                format!("{found} раньше предыдущего {latest}"),
            ],
            LiveJournal => fixed(
                "history only goes into a journal in which the desk has not lent yet",
                "история принимается только в журнал, где стойка ещё ничего не выдавала",
            ),
            Rewritten => fixed(
                "this row was taken earlier with other contents; history is not rewritten, void the event instead",
                "эта строка уже принята с другим содержанием; историю не переписывают, отмените событие",
            ),
            NoHold { item, school } => [
                format!("{school} has no open hold on {item}"),
                format!("у {school} нет открытой брони на {item}"),
            ],
            NoStocktake => fixed(
                "no stocktake is open at this time",
                "в это время инвентаризация не идёт",
            ),
            OtherLoan { loan, of } => [
                format!("loan {loan} is {of}'s"),
                format!("выдача {loan} числится за {of}"),
            ],
            SchoolOfBadge { badge, school } => [
                format!("badge {badge} belongs to {school}"),
                format!("бейдж {badge} относится к {school}"),
            ],
        }
    }
}
