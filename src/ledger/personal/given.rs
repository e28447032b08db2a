//! Given names, as they are commonly met in a Russian school.
//!
//! Knows: names and how they are declined. Must not know: surnames, texts.

/// Whose name it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    Man,
    Woman,
    /// In a case other than the nominative, where the genders look alike.
    Declined,
    Latin,
}

/// What given name a word in small letters is, if it is one; «ё» is written «е».
pub fn given(word: &str) -> Option<Given> {
    const ENDS: [&str; 16] = [
        "", "а", "у", "ом", "е", "ы", "и", "ой", "ей", "я", "ю", "ем", "й", "ь", "ии", "ию",
    ];
    let is_in = |list: &str| list.split(' ').any(|name| name == word);
    let declined = |name: &str| {
        let stem = name.trim_end_matches(['а', 'я', 'й', 'ь']);
        word.strip_prefix(stem).is_some_and(|end| ENDS.contains(&end))
    };
    if is_in(MEN) {
        Some(Given::Man)
    } else if is_in(WOMEN) {
        Some(Given::Woman)
    } else if is_in(LATIN) {
        Some(Given::Latin)
    } else {
        let mut names = MEN.split(' ').chain(WOMEN.split(' '));
        names.any(declined).then_some(Given::Declined)
    }
}

/// Men, in the nominative.
const MEN: &str = "\
    александр алексей анатолий андрей антон аркадий артем артур борис вадим валентин валерий василий \
    виктор виталий владимир владислав всеволод вячеслав геннадий георгий герман глеб григорий давид \
    даниил данила денис дмитрий евгений егор иван игорь илья ильдар кирилл константин лев леонид макар \
    максим марат матвей михаил никита николай олег павел петр платон ринат родион роман руслан святослав \
    семен сергей станислав степан тимофей тимур федор филипп эдуард юрий яков ярослав\
";
/// Women, in the nominative.
const WOMEN: &str = "\
    алевтина александра алена алина алла анастасия ангелина анна антонина арина валентина валерия \
    варвара василиса вера вероника виктория галина гузель дарья диана евгения екатерина елена елизавета \
    жанна зинаида зоя инна ирина карина кира клавдия ксения лариса лидия любовь людмила маргарита марина \
    мария милана надежда наталия наталья нина оксана ольга полина раиса регина светлана софия софья \
    таисия тамара татьяна ульяна эльвира юлия яна\
";
/// Written in Latin letters.
const LATIN: &str = "\
    ivan petr peter sergey sergei andrey alexey dmitry mikhail nikolay vladimir maria mary anna elena \
    olga natalia tatiana irina ekaterina svetlana john james david michael robert elizabeth sarah emma \
    thomas\
";
