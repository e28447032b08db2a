//! Dialogues with readers gone mad: any bytes, any times, any order.

use formular::{
    cue::Cue,
    profile::{Profile, builtin},
    wire::dialogue_for,
};
use proptest::prelude::*;

/// The most that any dialogue may hold of a torn frame, in bytes.
const MOST_HELD: usize = 2051;
/// The most messages that one event may lead to: an opening with all of a profile's commands says one.
const MOST_SAID: usize = 8;

#[derive(Clone, Debug)]
enum Event {
    Bytes(Vec<u8>),
    Pause(u64),
    Cue(usize),
    Reopen,
}

fn spoken() -> Vec<&'static Profile> {
    let by_ear = |p: &&Profile| {
        let mut send = Vec::new();
        let mut dialogue = dialogue_for(p).unwrap();
        dialogue.open(0, &mut send);
        !send.is_empty()
    };
    builtin().profiles().iter().filter(by_ear).collect()
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => prop::collection::vec(any::<u8>(), 0..60).prop_map(Event::Bytes),
        // Beginnings that these families know.
        3 => (prop::sample::select(vec![
            "81000000000000010000", "8002000000000102810063", "80060000000002000000924c52279000", "5003", "5002",
            "0000ff00ff00", "0000ff02fed5151600", "0000ff0cf4d54b01010004080424d34f592f00",
            "13000103010c0000000000000000000003133f39", "050001fbf23d", "ff0022040084e0", "ff002f0000514d",
        ]), 0_usize..24).prop_map(|(frame, cut)| {
            let bytes = hex::decode(frame).unwrap();
            Event::Bytes(bytes[..cut.min(bytes.len())].to_vec())
        }),
        3 => (0_u64..4000).prop_map(Event::Pause),
        1 => (0_usize..4).prop_map(Event::Cue),
        1 => Just(Event::Reopen),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nothing_panics_or_grows_and_what_is_due_is_done(
        profile in prop::sample::select(spoken()),
        events in prop::collection::vec(event(), 0..40),
    ) {
        let mut dialogue = dialogue_for(profile).unwrap();
        let (mut now, mut out, mut send) = (0, Vec::new(), Vec::new());
        dialogue.open(now, &mut send);
        for event in events {
            send.clear();
            match event {
                Event::Bytes(bytes) => dialogue.push(&bytes, now, &mut out, &mut send),
                Event::Pause(ms) => now += ms,
                Event::Cue(n) => dialogue.cue(Cue::ALL[n], &mut send),
                Event::Reopen => {
                    dialogue.lost(&mut out);
                    dialogue.close(&mut send);
                    dialogue = dialogue_for(profile).unwrap();
                    dialogue.open(now, &mut send);
                }
            }
            dialogue.tick(now, &mut out, &mut send);
            prop_assert!(dialogue.held() <= MOST_HELD);
            prop_assert!(send.len() <= MOST_SAID, "{} messages at once", send.len());
            if let Some(due) = dialogue.due_ms() {
                // What was due is done: nobody turns in circles.
                prop_assert!(due > now, "{} is due at {due} and again at {now}", profile.name);
            }
        }
    }
}
