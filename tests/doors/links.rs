//! No page gives a link that its reader may not follow.

use super::house::{House, ROLES, token};
use super::http::Ask;
use super::support::{ok, sample};
use std::collections::BTreeSet;

/// Addresses within the site that a page names in its links.
fn links(page: &str) -> BTreeSet<&str> {
    let names = page.split("<a ").skip(1).filter_map(|rest| {
        let tag = rest.split('>').next()?;
        tag.split_once("href=\"")?.1.split('"').next()
    });
    names.filter(|to| to.starts_with('/')).collect()
}

#[test]
fn every_link_of_every_page_leads_somewhere() {
    let mut house = House::with("", |data| {
        ok(&["import", sample().to_str().unwrap()], data);
    });
    // A school that has something out: its list has lines, and lines have links.
    let school = house.daemon.open_loans()[0]["school"]
        .as_str()
        .unwrap()
        .to_owned();
    house.school = token(&format!("school={school}"), &house.data);
    let mut followed = 0;
    for role in ROLES {
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut ahead = vec!["/".to_owned()];
        while let Some(path) = ahead.pop() {
            if !seen.insert(path.clone()) {
                continue;
            }
            let reply = house.ask(role, Ask::new("GET", path.split('#').next().unwrap()));
            assert_eq!(reply.status, 200, "{role} is led to {path}");
            followed += 1;
            if reply.header("content-type").starts_with("text/html") {
                ahead.extend(links(&reply.body).into_iter().map(|to| to.replace("&amp;", "&")));
            }
        }
    }
    assert!(followed > 100, "{followed} links");
}
