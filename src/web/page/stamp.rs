//! The date as an object: a day, and a month with its weekday.

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    pub day: String,
    /// «сен, вт» on lists, «сентября, вт» where it stands large.
    pub month: String,
    /// The day has passed.
    pub late: bool,
}
