//! How it stands with the copies on a second disk, and what to do.
//!
//! Knows: what became of the last copies. Must not know: how they are made.

use super::super::frame::Frame;
use super::super::named::date_and_time;
use super::{Matter, Mood, matter};
use crate::view::{Copies, CopyFailed};

pub(super) fn matter_of(frame: &Frame<'_>, copies: &Copies) -> (Mood, Matter) {
    let name = frame.t("Копии журнала", "Copies of the journal");
    let last = match &copies.last_good {
        Some(made) => format!(
            "{} {}.",
            frame.t("Последняя проверенная копия:", "Last copy that was tried:"),
            date_and_time(frame.look, made.at)
        ),
        None => frame
            .t("Проверенной копии ещё нет.", "No copy has been tried yet.")
            .to_owned(),
    };
    if copies.folder.is_none() {
        return matter(
            Mood::Look,
            name,
            frame.t("Не\u{a0}делаются", "Not made"),
            last,
            frame.t(
                "Укажите второй диск или флешку в\u{a0}файле настроек: если этот диск сломается, журнал пропадёт.",
                "Name a second disk or stick in the station’s file: if this disk breaks, the journal is gone.",
            ),
        );
    }
    let for_long = frame.t("Давно не\u{a0}было", "None for long");
    match (copies.running, copies.overdue, copies.there, &copies.failed) {
        (true, ..) => {
            let leave = frame.t("Не\u{a0}вынимайте флешку.", "Leave the stick in.");
            let state = frame.t("Копия делается", "One is being made");
            matter(Mood::Good, name, state, format!("{last} {leave}"), "")
        }
        // A stick that was never marked cannot be told from one that is away.
        (_, overdue, false, _) if copies.last_good.is_none() => {
            let (mood, state) = match overdue {
                true => (Mood::Bad, for_long),
                false => (Mood::Look, frame.t("Ждут флешку", "Wait for the stick")),
            };
            let step = frame.t(
                "Вставьте флешку для копий и\u{a0}отметьте её один раз: formular backup ПАПКА --mark.",
                "Plug in the stick for the copies and mark it once: formular backup FOLDER --mark.",
            );
            matter(mood, name, state, last, step)
        }
        (_, true, false, _) => {
            let step = frame.t("Вставьте флешку для копий.", "Plug in the stick for the copies.");
            matter(Mood::Bad, name, for_long, last, step)
        }
        (_, true, true, Some(failed)) => matter(Mood::Bad, name, for_long, last, remedy(frame, failed)),
        (_, true, true, None) => {
            let step = frame.t(
                "Сделайте копию сейчас: formular backup ПАПКА.",
                "Make one now: formular backup FOLDER.",
            );
            matter(Mood::Bad, name, for_long, last, step)
        }
        (_, false, _, Some(failed)) => {
            let state = frame.t("В\u{a0}последний раз не\u{a0}удалась", "The last one failed");
            matter(Mood::Look, name, state, last, remedy(frame, failed))
        }
        (_, false, true, None) if copies.last_good.is_none() => {
            let step = frame.t(
                "Оставьте флешку в\u{a0}компьютере: копия сделается сама.",
                "Leave the stick in: a copy is made by itself.",
            );
            let state = frame.t("Ждут тихой минуты", "Wait for a quiet moment");
            matter(Mood::Look, name, state, last, step)
        }
        (_, false, _, None) => matter(Mood::Good, name, frame.t("Делаются", "Made"), last, ""),
    }
}

/// One step for each kind of failure; the codes are those of [`CopyFailed`].
fn remedy<'t>(frame: &Frame<'t>, failed: &CopyFailed) -> &'t str {
    match failed.code {
        "full" => frame.t(
            "На\u{a0}флешке нет места: удалите с\u{a0}неё лишнее или вставьте другую.",
            "The stick is full: remove what else is on it, or use another.",
        ),
        "read_only" => frame.t(
            "На\u{a0}флешку нельзя записать: снимите защиту от\u{a0}записи или вставьте другую.",
            "The stick cannot be written: unlock it, or use another.",
        ),
        "gone" => frame.t(
            "Флешку вынули раньше времени: вставьте её снова, копия повторится сама.",
            "The stick was pulled out too soon: plug it in again, the copy is repeated by itself.",
        ),
        "not_marked" => frame.t(
            "Эта флешка не\u{a0}отмечена для копий. Отметьте её один раз: formular backup ПАПКА --mark.",
            "This stick is not marked for copies. Mark it once: formular backup FOLDER --mark.",
        ),
        "damaged" => frame.t(
            "Копия на\u{a0}флешке не\u{a0}читается: замените флешку.",
            "The copy on the stick cannot be read: use another stick.",
        ),
        "source" => frame.t(
            "Не\u{a0}прочитался сам журнал: позовите того, кто обслуживает компьютер.",
            "The journal itself could not be read: call whoever looks after the computer.",
        ),
        _ => frame.t(
            "Вставьте другую флешку; если не\u{a0}поможет, позовите того, кто обслуживает компьютер.",
            "Use another stick; if that does not help, call whoever looks after the computer.",
        ),
    }
}
