# Слова программы по-русски. Знак ~ – неразрывный пробел.
# Правила: одно дело и один следующий шаг; заголовок не длиннее шести слов; текст – не больше двух строк по 40 знаков;
# «выдано», «возвращено»; без упрёка; даты 12.12.2026; «ё», « », №.
# Имена тут и в en.ftl одни и те же, аргументы тоже: за этим следит проверка.

## Слово ответа

word-lent = Выдано
word-returned = Возвращено
word-attention = Внимание
word-refused = Не выдано
word-not-accepted = Не принято
word-not-renewed = Не продлено
word-not-undone = Не отменено
word-not-done = Не выполнено
word-renewed = Продлено
word-undone = Отменено
word-recorded = Записано
word-unknown = Неизвестно
word-stopped = Остановлено

## Коды К-00…К-49: заголовок, текст, шаг, подсказка

k00-headline = Приложите бейдж, затем метку или штрихкод
k00-text = Возврат – без бейджа: просто поднесите предмет

k01-headline = Поднесите следующий предмет
k01-text = Бейдж принят: { $school }. Поднесите оборудование
session-how-to-end = Закончить – «Готово» или бейдж школы ещё раз

k02-headline = Бейдж не зарегистрирован
k02-text = Бейдж не зарегистрирован. Обратитесь к~сотруднику центра
k02-next = Обратитесь к~сотруднику центра
k02-help = Сотрудник выдаст бейдж по карте …{ $hint }
k02-help-code = Бейджа { $badge } нет в~списке центра

k03-headline = Бейдж больше не действует
k03-text = Бейдж больше не действует. Обратитесь к~руководителю центра
k03-next = Обратитесь к~руководителю центра
k03-help = Бейдж { $badge } действовал до { $last }. Возврат – без бейджа
k03-not-yet-headline = Бейдж ещё не действует
k03-not-yet-text = Бейдж действует с~{ $from }. До этого дня выдачи нет
k03-not-yet-help = Бейдж { $badge }. Возврат – без бейджа
k03-stopped-headline = Карта остановлена
k03-stopped-text = Эта карта остановлена. Обратитесь к~сотруднику центра
k03-stopped-next = Отдайте карту сотруднику центра
k03-stopped-help = Карта была у~бейджа { $badge }. Возврат – без бейджа
k03-duty-headline = На бейдж смены не выдают
k03-duty-text = Бейдж { $badge } – для смены. Выдача – на бейдж школы
k03-duty-next = Приложите бейдж школы
k03-duty-help = Или бейдж педагога центра

k04-headline = { $item }
k04-text = Выдано: { $item }. Вернуть до { $due }

k05-headline = { $count ->
    [one] { $count }~единица
    [few] { $count }~единицы
   *[many] { $count }~единиц
}
k05-text = { $count ->
    [one] Выдана { $count }~единица.
    [few] Выданы { $count }~единицы.
   *[many] Выдано { $count }~единиц.
} Вернуть до { $due }
k05-today = { $count ->
    [one] Выдана { $count }~единица.
    [few] Выданы { $count }~единицы.
   *[many] Выдано { $count }~единиц.
} Вернуть сегодня

k06-headline = { $item }
k06-text = Возвращено: { $item }. Спасибо

k07-headline = { $days ->
    [one] Срок истёк { $days }~день назад
    [few] Срок истёк { $days }~дня назад
   *[many] Срок истёк { $days }~дней назад
}
k07-text = { $days ->
    [one] Возвращено. Срок истёк { $days }~день назад, отметка сделана
    [few] Возвращено. Срок истёк { $days }~дня назад, отметка сделана
   *[many] Возвращено. Срок истёк { $days }~дней назад, отметка сделана
}

k08-headline = На полку «Проверка»
k08-text = Возвращено. Поставьте на полку «Проверка»

k09-headline = Предмета нет в~фонде
k09-text = Метка не найдена в~фонде. Отложите предмет и~сообщите сотруднику
k09-next = Отложите предмет
k09-help = Сотрудник разберёт метку …{ $hint } позже
k09-help-id = Номера { $id } в~фонде нет

k10-headline = Уже выдано другой школе
k10-text = Уже выдано: { $school }, с~{ $since }, вернуть до { $due }
k10-next = Поднесите предмет к~стойке
k10-help = Возврат запишется сам, затем выдайте снова

k11-headline = Уже числится за вами
k11-text = Уже числится за вами до { $due }. Вернуть или продлить – карточкой
k11-next = Поднесите предмет, чтобы вернуть
k11-help = Продлить – карточка «Продлить», затем предмет

k12-headline = Забронировано с~{ $from-day }
k12-text = Предмет забронирован с~{ $from }. Верните его до этого дня
k12-refused-text = Забронировано: { $school }, с~{ $from }. До этого дня выдать нельзя
k12-next = Возьмите другой такой предмет
k12-help = Свободные предметы – на странице наличия

k13-headline = Бронь найдена
k13-text = Бронь найдена и~исполнена

k14-headline = Договор истёк
k14-text = Договор истёк { $last }. Возврат возможен, выдача – после продления
k14-next = Оставьте предмет на стойке
k14-help = Договор продлевает координатор

k15-headline = Срок сокращён до { $last-day }
k15-text = Договор действует до { $last }. Срок возврата сокращён

k16-headline = Договор ещё не действует
k16-text = Договор ещё не действует. Обратитесь к~координатору
k16-from-text = Договор действует с~{ $from }. До этого дня выдачи нет
k16-next = Обратитесь к~координатору
k16-help = Возврат возможен и~без договора

k17-headline = { $limit ->
    [one] Достигнут предел: { $limit }~единица
    [few] Достигнут предел: { $limit }~единицы
   *[many] Достигнут предел: { $limit }~единиц
}
k17-text = { $limit ->
    [one] Достигнут предел: { $limit }~единица. Верните её, чтобы взять другое
    [few] Достигнут предел: { $limit }~единицы. Верните часть, чтобы взять другое
   *[many] Достигнут предел: { $limit }~единиц. Верните часть, чтобы взять другое
}
k17-next = Верните часть предметов
k17-help = Возврат: поднесите предмет к~стойке

k18-headline = Есть просроченный возврат
k18-text = Есть просроченный возврат ({ $count }). Новые выдачи приостановлены
k18-next = Верните просроченное
k18-help = Сотрудник может выдать с~указанием причины

k19-headline = Только внутри центра
k19-text = Не выдаётся за пределы центра
k19-next = Оставьте предмет на стойке
k19-help = В~центре его берут по бейджу педагога центра

k20-headline = Нужен приказ и~второй бейдж
k20-text = Выдача по приказу. Нужны номер приказа и~второй бейдж
k20-next = Введите номер приказа, приложите второй бейдж
k20-help = Второй бейдж – той же школы. Предмет выдастся сам
k20-order-headline = Нужен номер приказа
k20-order-text = Второй бейдж принят. Введите номер приказа или поднесите лист приказа
k20-order-next = Введите номер приказа
k20-badge-headline = Нужен второй бейдж
k20-badge-text = Приказ №~{ $order } принят. Приложите второй бейдж той же школы
k20-badge-next = Приложите второй бейдж
k20-waiting = { $count ->
    [one] Ждёт приказа и~второго бейджа: { $count }~единица
    [few] Ждут приказа и~второго бейджа: { $count }~единицы
   *[many] Ждут приказа и~второго бейджа: { $count }~единиц
}

k21-headline = Нужно согласие учредителя
k21-text = Для передачи другой организации нужно согласие учредителя
k21-next = Оставьте предмет на стойке
k21-help = Согласие запрашивает руководитель центра

k22-headline = Комплект неполный
k22-text = Не хватает: { $parts }. Выдано как есть

k23-headline = Комплект ждёт проверки
k23-text = Комплект ещё не проверен. Выдача остановлена до проверки
k23-next = Поставьте на полку «Проверка»
k23-help = Сотрудник проверит состав, и~комплект снова выдаётся
k23-count-next = Проверьте состав и~поднесите ещё раз
k23-count-help = Некогда – поставьте на полку «Проверка»
k23-short-headline = Комплект неполный
k23-short-text = Не хватает: { $parts }. Выдача остановлена до проверки
k23-short-help = Возьмите другой комплект; этот восполнит сотрудник

k24-headline = Не хватает: { $parts }
k24-headline-many = { $count ->
    [one] Не хватает { $count }~части
   *[many] Не хватает { $count }~частей
}
k24-text = Не хватает: { $parts }. Отметка сделана
k24-next = Поставьте на полку «Проверка»
k24-help = Недостающее ищут, потом восполняют

k25-headline = Комплект полный
k25-text = Комплект полный

k26-headline = Поставьте лоток на весы
k26-text = Поставьте лоток { $tray } на весы

k27-headline = Отмечено повреждение
k27-text = Отмечено повреждение. Предмет передан на проверку
k27-next = Поставьте на полку «Проверка»
k27-help = Ошиблись – карточка «Отмена»
k27-refused-headline = Предмет повреждён
k27-refused-text = Отмечено повреждение. Выдача остановлена до проверки
k27-refused-since = Повреждение отмечено { $since }. Выдача остановлена до проверки
k27-refused-help = Возьмите другой такой предмет

k28-headline = В~ремонте с~{ $since-day }
k28-text = В~ремонте с~{ $since }. Выдача – после ремонта
k28-instead-text = В~ремонте с~{ $since }. Замена: { $instead }, место { $room }
k28-next = Оставьте предмет на стойке
k28-help = Сотрудник отметит конец ремонта
k28-instead-help = Свободная замена: { $instead }

k29-headline = Срок поверки истёк
k29-text = Срок поверки истёк { $due }. Выдача остановлена
k29-unknown-text = Срок поверки истёк. Выдача остановлена
k29-away-headline = Предмет на поверке
k29-away-text = Предмет передан на поверку. Выдача остановлена
k29-next = Оставьте предмет на стойке
k29-help = Сотрудник запишет новую дату поверки

k30-headline = Учётный номер БВС внесён
k30-text = Учётный номер БВС { $number }. Полёт – после согласования

k31-headline = Нужна гигиеническая обработка
k31-text = Нужна гигиеническая обработка перед следующей выдачей

k32-headline = До { $due-day }
k32-text = Продлено до { $due }

k33-headline = Предмет забронирован другими
k33-text = Продлить нельзя: предмет забронирован с~{ $from }
k33-next = Верните предмет до { $from }
k33-help = Срок возврата не изменился

k34-headline = Сколько участников занималось?
k34-text = Число участников можно ввести сейчас или позже
k34-recorded = { $count ->
    [one] Записан { $count }~участник
    [few] Записаны { $count }~участника
   *[many] Записано { $count }~участников
}

k35-headline = Видны два предмета
k35-text = Номер подходит к~нескольким меткам. Поднесите по одному
k35-next = Поднесите по одному
k35-help = Или введите номер с~наклейки, например ТР-0001
k35-crowd-headline = Слишком много меток сразу
k35-crowd-text = Считыватель увидел много меток сразу. Ничего не записано
k35-crowd-next = Уберите всё и~поднесите по одному
k35-crowd-help = Стопку берёт только считыватель, где это включено

k36-headline = Уже учтено
k36-text = Уже учтено
k36-item = Уже учтено: { $item }, { $id }
k36-not-out-headline = Предмет не выдан
k36-not-out-text = Предмет не числится выданным. Ничего не изменилось
k36-not-out-next = Поставьте предмет на место
k36-not-out-help = Чтобы взять его, приложите бейдж и~поднесите предмет

k37-headline = Предмет вынесен без выдачи
k37-text = Предмет вынесен без выдачи: { $id }. Оформите выдачу
k37-next = Верните предмет к~стойке
k37-help = Приложите бейдж, затем поднесите предмет

k38-headline = Место хранения – { $room }
k38-text = Место хранения – { $room }. Верните предмет туда

k39-headline = Считыватель не подключён
k39-text = Считыватель не подключён. Введите номер вручную
k39-next = Введите номер вручную
k39-help = Номер стоит на наклейке: ТР-0001, на бейдже: B-0101

k40-headline = Считыватель снова работает
k40-text = Считыватель снова работает

k41-headline = Не выносите предмет
k41-text = Запись не сохранена. Не выносите предмет, повторите
k41-next = Позовите сотрудника центра
k41-help = Программа перезапустится сама; записанное цело
k41-space-headline = На диске мало места
k41-space-text = На диске мало места. Возврат работает, выдача остановлена
k41-space-next = Оставьте предмет на стойке
k41-space-help = Сотрудник освободит место на диске

k42-headline = Связи с~интернетом нет
k42-text = Связи нет. Выдача и~возврат работают, страница обновится позже

k43-headline = Проверьте дату и~время
k43-text = Часы устройства показывают { $date }
k43-next = Поправьте часы устройства
k43-help = Записи идут по порядку и~не теряются
k43-confirm = Если дата верна: бейдж смены, затем кнопка
k43-notice = Проверьте дату и~время устройства

k44-headline = Идёт инвентаризация
k44-text = Идёт инвентаризация. Выдача – только через сотрудника
k44-next = Обратитесь к~сотруднику центра
k44-help = Возврат работает как обычно

k45-headline = Найдено { $found } из { $all }
k45-text = Найдено { $found } из { $all }

k46-headline = Сеанс завершён
k46-text = Сеанс завершён. Приложите бейдж снова
k46-done = Сеанс завершён

k47-headline = Нет бумаги
k47-text = Нет бумаги. Акт сохранён, номер { $act }

k48-headline = Срок перенесён на рабочий день
k48-vacation-headline = Срок перенесён: каникулы
k48-text = { $wanted } центр не работает. Срок перенесён на рабочий день
k48-refused-headline = Этот срок не подходит
k48-refused-text = { $asked } не подходит. Самый поздний срок – { $latest }
k48-next = Назовите другой срок
k48-help = Не позже { $latest }, в~рабочий день центра

k49-headline = Принято: { $school }
k49-plain-headline = Принято: было у другой школы
k49-text = Принято: { $school }. Поднесите ещё раз, чтобы выдать
k49-next = Поднесите ещё раз
k49-help = Не нужен – поставьте на полку

## Прочие отказы

lost-headline = Числится утраченным
lost-text = Числится утраченным с~{ $since }. Выдача остановлена
lost-next = Оставьте предмет на стойке
lost-help = Сотрудник отметит, что предмет нашёлся
withdrawn-headline = Предмет списан
withdrawn-text = Списан { $since }. Из фонда не выдаётся
withdrawn-next = Оставьте предмет на стойке
withdrawn-help = Сотрудник решит, что с~ним делать
unknown-thing-headline = Такой записи нет
unknown-thing-text = Не найдено: { $id }
unknown-thing-next = Проверьте номер
unknown-thing-help = Искали: { $what }
tag-taken-headline = Метка уже занята
tag-taken-text = Метка уже привязана к~другому предмету или бейджу
tag-taken-item-text = Метка уже привязана: { $id }
tag-taken-next = Возьмите другую метку
tag-taken-help = Или сначала отвяжите эту от прежнего предмета
tag-is-alias-headline = Такой номер не привязывают
tag-is-alias-text = Печатный номер карты подходит к~нескольким меткам
tag-is-alias-next = Поднесите саму метку
tag-is-alias-help = Считыватель прочтёт полный номер
already-so-headline = Так уже записано
already-so-text = Так уже записано, ничего не изменилось
already-so-next = Продолжайте работу
already-so-help = Речь о~поле: { $what }
no-later-headline = Более позднего срока нет
no-later-text = Срок возврата уже самый поздний. Ничего не изменилось
no-later-next = Верните предмет в~срок
no-later-help = Продлить можно ближе к~сроку
cannot-void-headline = Отменить уже нельзя
cannot-void-text = Прошло время отмены, или на записи стоит другая
cannot-void-next = Обратитесь к~сотруднику центра
cannot-void-help = Сотрудник исправит запись с~указанием причины
invalid-headline = Значение не подходит
invalid-text = Значение не подходит: { $field }
invalid-next = Проверьте значение
invalid-help = Ничего не записано
duty-needed-headline = Нужен бейдж смены
duty-needed-text = Это решает только сотрудник смены
duty-needed-next = Приложите бейдж смены
duty-needed-help = Затем повторите; для выдачи назовите причину
strange-card-headline = Карточка незнакома
strange-card-text = Эта карточка команд – из другой версии программы
strange-card-next = Напечатайте карточки заново
strange-card-help = Карточки печатаются на странице «Карточки»

## Прочие примечания

notice-calendar-ended = Календарь заведён до { $last }. Проверьте срок
notice-overridden = Запрет снят сотрудником смены, причина записана
notice-from-another = Было у другой школы: { $school }
notice-by-label = Принято по наклейке

## Тихие строки

quiet-done = Сеанс завершён
quiet-done-lent = Сеанс завершён. { $count ->
    [one] Выдана { $count }~единица,
    [few] Выданы { $count }~единицы,
   *[many] Выдано { $count }~единиц,
} вернуть до { $due }
quiet-nothing-to-undo = Отменять нечего
quiet-nothing-to-end = Сеанса нет
quiet-nothing-to-damage = Сначала поднесите предмет, затем карточку «Повреждено»
quiet-damage-lent = { $item } выдан: сначала верните, потом отметьте повреждение
quiet-no-such-number = Такого номера нет: { $number }. Проверьте номер
quiet-nothing-to-check = Ни один комплект не ждёт проверки
quiet-nothing-returned = Сначала верните предмет, затем введите число
quiet-damage-noted = Повреждение уже отмечено: { $item }
quiet-count-parts = Комплект ждёт проверки. Отметьте, что на месте
quiet-mark-parts = Отметьте на экране, чего не хватает
quiet-later = Проверка отложена: { $item }
quiet-print = Печати актов в~этой версии нет. Записи сохранены
quiet-info = Поднесите предмет: покажем и~ничего не изменим
quiet-renew = Поднесите предмет, который продлить
quiet-renew-other = Это у другой школы: { $school }. Продлите в~её сеансе
quiet-pile = Стопка: выдано { $lent }, возвращено { $returned }, с~вопросом { $rest }
quiet-duty = Смена: { $role }, { $badge }
quiet-clock-confirmed = Дата и~время подтверждены
quiet-duty-over = Смена закончилась. Приложите бейдж смены снова
quiet-actor = Бейдж принят: { $badge }. Сеанс продолжается
quiet-order = Приказ №~{ $order } принят
quiet-order-needs-badge = Приказ №~{ $order } принят. Приложите бейдж школы

## Предмет у стойки: карточка и отмена

info-available = Доступно
info-on-loan = Выдано: { $school }, вернуть до { $due }
info-overdue = { $days ->
    [one] Выдано: { $school }. Просрочено на { $days }~день
    [few] Выдано: { $school }. Просрочено на { $days }~дня
   *[many] Выдано: { $school }. Просрочено на { $days }~дней
}
info-reserved = Забронировано: { $school }, с~{ $from }
info-under-check = На проверке
info-unchecked = Комплект ждёт проверки
info-short = Не хватает: { $parts }
info-damaged = Отмечено повреждение
info-in-repair = В~ремонте
info-verification = На поверке
info-lost = Числится утраченным
info-withdrawn = Списано
item-first-next = Приложите бейдж школы
item-first-help = { $seconds ->
    [one] Предмет подождёт { $seconds }~секунду
    [few] Предмет подождёт { $seconds }~секунды
   *[many] Предмет подождёт { $seconds }~секунд
}
item-first-waiting = Ждёт бейджа: { $item }, { $id }
undone-checked-out = Выдача отменена. Предмет снова в~центре
undone-returned = Возврат отменён. Предмет снова числится выданным
undone-renewed = Продление отменено. Срок прежний
undone-kit-checked = Проверка комплекта отменена
undone-condition = Отметка о~состоянии отменена
damage-note = отмечено карточкой у~стойки
undo-reason = отменено у~стойки

place-room = На место: { $room }
place-check = На полку «Проверка»

## Срок словами

due-back = Вернуть до { $due }
due-today = { $due-weekday }, сегодня
due-tomorrow = { $due-weekday }, завтра
due-in-days = { $days ->
    [one] { $due-weekday }, через { $days }~день
    [few] { $due-weekday }, через { $days }~дня
   *[many] { $due-weekday }, через { $days }~дней
}
due-past = { $days ->
    [one] { $due-weekday }, { $days }~день назад
    [few] { $due-weekday }, { $days }~дня назад
   *[many] { $due-weekday }, { $days }~дней назад
}
due-none = нет даты

## Лист: строки, счёт, сеанс

line-lent = Выдано
line-returned = Возвращено
line-returned-from = Возвращено, { $school }
line-returned-late = { $days ->
    [one] Возвращено, срок истёк { $days }~день назад
    [few] Возвращено, срок истёк { $days }~дня назад
   *[many] Возвращено, срок истёк { $days }~дней назад
}
line-late = Возвращено с~опозданием
line-renewed = Продлено
line-checked = Комплект полный
line-short = Не хватает: { $parts }
line-short-plain = Комплект неполный
line-damaged = Отмечено повреждение
line-refused = Не выдано
line-refused-because = Не выдано, { $why }
line-not-renewed-because = Не продлено, { $why }
line-not-accepted-because = Не принято, { $why }
line-not-done-because = Не выполнено, { $why }
line-unknown = Неизвестная метка
line-unknown-tag = Метка …{ $hint }, отложена до разбора
line-unknown-badge = Карта …{ $hint }, не зарегистрирована
line-undone = отменено
line-undone-was = Отменено: { $was }
line-not-written = не записано
line-not-written-was = Не записано: { $was }
lines-more = Ниже ещё { $count }

sheet-session = Сеанс
sheet-latest = Последние записи
sheet-today = Записано сегодня
sheet-empty = Сегодня записей ещё нет
session-open = Сеанс открыт
session-agreement = Договор { $number } действует до { $last }
session-agreement-over = Договор { $number } действовал до { $last }
session-agreement-from = Договор { $number } действует с~{ $from }
session-no-agreement = Договора нет
session-centre = Внутри центра, возврат сегодня
session-lent = Выдано { $count }
session-returned = принято { $count }
session-left = ещё можно { $left } из { $limit }
session-countdown = { $seconds ->
    [one] Сеанс завершится через { $seconds }~секунду
    [few] Сеанс завершится через { $seconds }~секунды
   *[many] Сеанс завершится через { $seconds }~секунд
}
duty = Смена: { $badge }, { $role }
code = код { $code }

## Комплект

panel-title = Всё на месте?
panel-from = кто брал: { $school }
panel-critical = Ключевые части
panel-critical-help = без любой из них набор не выдаётся
panel-other = Остальное
panel-other-help = нехватка записывается
panel-left = отложится через { $time }
panel-waiting = ждут проверки: { $count }
panel-all-here = Всё на месте
panel-short = Не хватает…
panel-short-parts = Не хватает: { $parts }
panel-short-help = записать
panel-later = Проверить позже
tile-here = на месте
tile-missing = нет { $count }
tile-of = { $here } из { $all }
tile-weighed = весы
tile-short-before = не хватало { $count }
tile-more = Ещё одной нет
tile-fewer = Одна нашлась

## Состояния предмета

state-available = доступно
state-on-loan = выдано
state-reserved = забронировано
state-under-check = на проверке
state-in-repair = в~ремонте
state-in-verification = на поверке
state-lost = утрачено
state-withdrawn = списано
state-overdue = просрочено
state-at-partner = у~партнёра

## Считыватели: состояние и шаг

reader-works = Работает
reader-works-step = Ничего делать не нужно
reader-works-ago = работает · { $ago } назад
reader-waiting = Ещё не подключали
reader-waiting-step = Подключите считыватель к~компьютеру стойки
reader-lost = Не подключён
reader-lost-since = не подключён с~{ $time }
reader-lost-step = Проверьте кабель и~питание; программа найдёт его сама
reader-denied = Нет доступа к~порту
reader-denied-step = Дайте службе доступ: команду назовёт «formular readers explain»
reader-busy = Порт занят другой программой
reader-busy-step = Закройте программу, которая держит порт; её назовёт «formular readers explain»
reader-silent = Не отвечает
reader-silent-step = Проверьте питание, модель и~скорость порта
reader-confused = Отвечает непонятно
reader-confused-step = Проверьте модель считывателя и~скорость порта в~настройках
reader-failed = Не читается
reader-failed-step = Причину и~совет скажет «formular readers explain»
readers-work = { $all ->
    [one] Работает { $count } из { $all }~считывателя
   *[many] Работают { $count } из { $all }~считывателей
}
ago-seconds = { $count }~с
ago-minutes = { $count }~мин
ago-hours = { $count }~ч
ago-days = { $count }~дн.

## Карточки команд

cards-title = Карточки команд
cards-help = Напечатайте, заламинируйте и~положите у~считывателя
card-done = Готово
card-done-help = Завершает сеанс школы
card-undo = Отмена
card-undo-help = Отменяет последнюю запись стойки в~течение двух минут
card-complete = Всё на месте
card-complete-help = Комплект на экране проверен и~полон
card-short = Не хватает
card-short-help = Записывает части, отмеченные на экране
card-later = Проверить позже
card-later-help = Комплект ждёт проверки и~пока не выдаётся
card-damaged = Повреждено
card-damaged-help = Отмечает повреждение последнего предмета
card-renew = Продлить
card-renew-help = Сначала карточка, затем предмет
card-info = Справка
card-info-help = Сначала карточка, затем предмет: ничего не меняется
card-print = Печать
card-print-help = Печати актов в~этой версии нет; запись и~так сохранена
order-sheet = Приказ №~{ $order }
order-sheet-help = Поднесите к~сканеру при выдаче по приказу

## Кнопки и страницы

button-done = Готово
button-undo = Отменить
button-undo-until = Отменить до { $time }
button-print = Печать
button-info = Справка
button-renew = Продлить
button-damaged = Повреждено
button-dismiss = Убрать
button-bind = Привязать
button-enter = Ввести
button-pause = Приостановить обновление
button-resume = Возобновить обновление
field-number = Номер предмета, бейджа или приказа
idle-step-badge = 1. Бейдж школы
idle-step-badge-help = кто берёт
idle-step-item = 2. Метка или штрихкод
idle-step-item-help = что берут

formular = Формуляр
demo-data = Учебные данные
demo-no-reader = Выберите считыватель
demo-cannot-read = { $reader }: такую метку он не читает. Выберите другой считыватель
demo-unplugged = { $reader }: отключён. Вставьте его и~поднесите снова
demo-not-heard = { $reader }: не отвечает. Поднесите снова
nav-availability = Наличие
nav-kiosk = Стойка
nav-items = Предметы
nav-loans = Выдачи
nav-overdue = Просрочено
nav-unknown = Неизвестные метки
nav-readers = Считыватели
nav-cards = Карточки
nav-view = Вид: крупнее, контрастнее
updated-at = Обновлено { $date } в~{ $time }
data-at = Сведения на { $time }; связь с~центром прервана
available-of = Доступно { $free } из { $all }
next-return = Ближайший возврат { $date }
count-units = { $count ->
    [one] { $count }~единица
    [few] { $count }~единицы
   *[many] { $count }~единиц
}
count-days = { $count ->
    [one] { $count }~день
    [few] { $count }~дня
   *[many] { $count }~дней
}
count-items = { $count ->
    [one] { $count }~предмет
    [few] { $count }~предмета
   *[many] { $count }~предметов
}
count-schools = { $count ->
    [one] { $count }~школа
    [few] { $count }~школы
   *[many] { $count }~школ
}
