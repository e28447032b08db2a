//! From the desk's screen as data to the picture on the kiosk.

use crate::desk::Screen;
use crate::view::ReaderView;
use crate::web::App;
use crate::web::caller::Caller;
use crate::words::Lang;

/// The whole page.
pub fn page(app: &App, caller: &Caller, screen: &Screen) -> String {
    fragment(app, caller.lang, screen, &app.office.readers())
}

/// The desk alone, as it goes down the stream.
pub fn fragment(_: &App, _: Lang, screen: &Screen, _: &[ReaderView]) -> String {
    format!(
        "<div class=\"desk\" data-verdict=\"{}\"></div>",
        screen.face.ground.as_str()
    )
}
