//! Which names are near a mistyped one.
//!
//! Knows: letters. Must not know: what the names stand for.

/// Number of letters to insert, drop or change to make one name of the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut next = Vec::with_capacity(row.len());
        next.push(i + 1);
        for (y, pair) in b.iter().zip(row.windows(2)) {
            let (diagonal, above) = match pair {
                [diagonal, above] => (*diagonal, *above),
                _ => continue,
            };
            let left = next.last().copied().unwrap_or(i + 1);
            next.push((diagonal + usize::from(x != *y)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

/// Up to three names that differ in at most a third of their letters, or contain what was typed; nearest first.
pub fn nearest<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let typed: String = typed.chars().take(64).flat_map(char::to_lowercase).collect();
    let mut near: Vec<(usize, &str)> = names
        .filter_map(|name| {
            let far = distance(&typed, name);
            let part = typed.len() >= 3 && (name.contains(&typed) || typed.contains(name));
            (part || far <= name.len() / 3).then_some((far, name))
        })
        .collect();
    near.sort();
    near.into_iter().take(3).map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_finger_are_near() {
        let names = ["rdm6300", "em-18", "ironlogic-z2", "yrm100"];
        let near = |typed| nearest(typed, names.into_iter());
        assert_eq!(near("rdm630"), ["rdm6300"]);
        assert_eq!(near("RDM-6300"), ["rdm6300"]);
        assert_eq!(near("ironlogic"), ["ironlogic-z2"]);
        assert_eq!(near("zebra"), Vec::<&str>::new());
        assert_eq!(near(""), Vec::<&str>::new());
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
