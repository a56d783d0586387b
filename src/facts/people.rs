//! People, and the offices they hold.
//!
//! In: the places where a word for an office, a word such as 说, or a point stands. Out: names with their offices.
//! A name is a family name of the list and one or two characters more; whether two or three characters are the name
//! is decided by what is likelier: names and the ordinary words behind them (张伟|表示, not 张伟表|示).

use std::ops::Range;

use super::reader::Reader;
use super::{Anchors, Found, Held, Kind, Rule};
use crate::text::is_han;
use crate::text::is_name_char;

/// An office with all that belongs to it is no longer than this.
const LONGEST_OFFICE: usize = 40;

/// How likely a family name is where a name may stand, as a logarithm in thousandths.
const SURNAME: i32 = -4_500;

/// How much less likely a family name is that is an ordinary word.
const RARE_SURNAME: i32 = -5_500;

/// How likely a character is that given names are often made of, and any other.
const GIVEN: i32 = -5_800;
const OTHER_GIVEN: i32 = -7_600;

/// How likely it is that a given name has one character, and two.
const ONE: i32 = -2_200;
const TWO: i32 = -200;

/// How much speaks for a name behind an office, behind a calling such as 村民, and nowhere in particular.
const BEHIND_OFFICE: i32 = 9_000;
const BEHIND_CALLING: i32 = 3_000;
const ANYWHERE: i32 = -3_000;

/// How much speaks for a name where somebody gets an office.
const APPOINTED: i32 = 2_000;

/// How much speaks for a name that a word such as 说 or a mark follows.
const ENDS_WELL: i32 = 2_500;

/// A family name in front of another one: 赖张美惠.
const TWO_FAMILIES: i32 = -7_500;

/// The parts of a name with points are no longer.
const POINTED: usize = 7;

/// So many characters from a name on are compared.
const WINDOW: usize = 8;

impl Reader<'_> {
    /// The people that the text names.
    pub(super) fn people(&self, anchors: &Anchors, found: &mut Vec<Found>) {
        for end in &anchors.offices {
            self.around_office(*end, found);
        }
        for at in &anchors.said {
            if self.text[*at] == '岁' {
                self.aged(*at, found);
            } else {
                self.says(*at, found);
            }
        }
        for at in &anchors.marks {
            if self.text[*at] != '《' {
                self.with_point(*at, found);
            }
        }
    }

    /// The people at the word for an office that ends at `end`.
    fn around_office(&self, end: usize, found: &mut Vec<Found>) {
        let before = &self.text[..end];
        let office = self.lexicon.offices.at_end(before);
        let calling = self.lexicon.callings.at_end(before);
        let Some(length) = office.max(calling) else { return };
        if self.is_inside_word(end, length) {
            return;
        }
        let bonus = if office >= calling { BEHIND_OFFICE } else { BEHIND_CALLING };
        let word = end - length..end;
        if let Some(name) = self.name_behind(end, bonus) {
            let office = Held::now(self.office(&word));
            let mut last = name.end;
            found.push(person(name, Rule::BehindOffice, Some(office.clone())));
            // 副主任王大力、李小明和周平
            while matches!(self.text.get(last), Some('、' | '和' | '与' | '及'))
                && let Some(next) = self.any_name_at(last + 1, BEHIND_OFFICE)
                && self.ends_item(next.end)
            {
                last = next.end;
                found.push(person(next, Rule::InList, Some(office.clone())));
            }
            return;
        }
        if let Some(name) = self.name_before(&word) {
            found.push(person(name, Rule::BeforeOffice, Some(Held::now(word))));
            return;
        }
        let (names, office) = self.appointed(&word);
        let of_each = |name| person(name, Rule::Appointed, Some(office.clone()));
        found.extend(names.into_iter().map(of_each));
    }

    /// Whether the word for an office is only a piece of a longer word: 总工 in 总工程师, 市长 in 城市长大.
    fn is_inside_word(&self, end: usize, length: usize) -> bool {
        let start = end - length;
        let longer =
            self.lexicon.offices.at_head(&self.text[start..]).is_some_and(|it| it > length);
        let before = length == 1 && start > 0 && self.words.knows(&self.text[start - 1..end]);
        longer || before || self.words.joins(self.text, end)
    }

    /// Whether a list of names may go on or end here.
    fn ends_item(&self, at: usize) -> bool {
        self.text.get(at).is_none_or(|c| {
            !is_han(*c) || matches!(c, '等' | '和' | '与' | '及' | '、' | '一' | '参' | '出' | '陪')
        })
    }

    /// The name behind an office, perhaps behind a space or an opening quotation mark.
    fn name_behind(&self, end: usize, bonus: i32) -> Option<Range<usize>> {
        let gap = usize::from(self.text.get(end) == Some(&' '));
        let name = self.latin_name(end + gap).or_else(|| self.any_name_at(end + gap, bonus));
        // 商户冀施工: behind a calling an ordinary word is no given name.
        let is_given = |it: &Range<usize>| {
            bonus == BEHIND_OFFICE
                || !self.words.knows(&self.text[it.start + 1..it.end])
                || it.len() != 3
        };
        name.filter(is_given)
    }

    /// A name in Latin letters of two words or more: Priya Nair.
    fn latin_name(&self, at: usize) -> Option<Range<usize>> {
        let end = self.latin_words(at)?;
        self.text[at..end].contains(&' ').then_some(at..end)
    }

    /// A name of any sort that begins at a place: one with points, else one with a family name.
    fn any_name_at(&self, at: usize, bonus: i32) -> Option<Range<usize>> {
        self.pointed_at(at).or_else(|| self.name_at(at, bonus))
    }

    /// A name with points that begins at a place: 沙吾列·别克.
    fn pointed_at(&self, at: usize) -> Option<Range<usize>> {
        let first = self.text[at.min(self.text.len())..]
            .iter()
            .take(POINTED + 1)
            .take_while(|c| is_han(**c))
            .count();
        let is_pointed = first > 0 && self.text.get(at + first).is_some_and(|c| is_point(*c));
        (is_pointed
            && self.tokens(at..at + first).iter().all(|it| it.len() == 1 || !self.is_stop(it)))
        .then(|| at..self.pointed_end(at + first))
    }

    /// Where a name ends that goes on with a point at a place.
    fn pointed_end(&self, point: usize) -> usize {
        let mut end = point;
        while self.text.get(end).is_some_and(|c| is_point(*c)) && end < point + 4 * POINTED {
            let from = end + 1;
            let part = self.text[from..].iter().take(POINTED).take_while(|c| is_han(**c)).count();
            let ends = |it: &Range<usize>| {
                let behind = &self.text[it.start..];
                it.start > from
                    && (matches!(
                        self.slice(it),
                        ['的'
                            | '在'
                            | '说'
                            | '和'
                            | '与'
                            | '是'
                            | '为'
                            | '任'
                            | '等'
                            | '将'
                            | '对'
                            | '则']
                    ) || it.len() > 1
                        || self.lexicon.said.at_head(behind).is_some()
                        || self.lexicon.after_name.at_head(behind).is_some())
            };
            let tokens = self.tokens(from..from + part);
            end = tokens.iter().find(|it| ends(it)).map_or(from + part, |it| it.start);
        }
        end
    }

    /// Whether a name of two characters is an ordinary word.
    fn is_dictionary_word(&self, name: &Range<usize>) -> bool {
        name.len() == 2 && self.words.knows(self.slice(name))
    }

    /// The name that begins at a place, if a name is likelier there than ordinary words.
    pub(super) fn name_at(&self, at: usize, bonus: i32) -> Option<Range<usize>> {
        let rest = &self.text[at.min(self.text.len())..];
        let family = match self.lexicon.double_surnames.at_head(rest) {
            Some(length) => length,
            None => self.lexicon.surnames.at_head(rest)?,
        };
        let run = rest.iter().take(WINDOW + family).take_while(|c| is_han(**c)).count();
        let text = &rest[..run];
        let plain = self.words.likelihood_of(text);
        let rare = family == 1 && self.lexicon.rare_surnames.has(&text[..1]);
        let base = bonus + SURNAME + if rare { RARE_SURNAME } else { 0 };
        let likelihood = |given: usize| {
            let name = text.get(..family + given)?;
            let fits = name[family..].iter().all(|c| !self.lexicon.is_not_given(*c));
            let two = given == 3;
            if two
                && (family > 1
                    || !self.lexicon.surnames.has(&name[1..2])
                    || self.lexicon.rare_surnames.has(&name[1..2]))
            {
                return None;
            }
            let chars: i32 = name[family + usize::from(two)..]
                .iter()
                .map(|c| if self.lexicon.is_given(*c) { GIVEN } else { OTHER_GIVEN })
                .sum();
            let length = match given {
                1 if family == 1 => ONE,
                3 => TWO_FAMILIES,
                _ => TWO,
            };
            let behind = &rest[family + given..];
            let ends_well = behind.first().is_none_or(|c| !is_name_char(*c))
                || self.lexicon.said.at_head(behind).is_some()
                || self.lexicon.after_name.at_head(behind).is_some();
            let end = if ends_well { ENDS_WELL } else { 0 };
            let all =
                base + length + chars + end + self.words.likelihood_of(&text[family + given..]);
            fits.then_some((all, given))
        };
        let best = [2, 1, 3].into_iter().filter_map(likelihood).max()?;
        let name = at..at + family + best.1;
        // 党委书记仇长顺: a county is called 长顺, and behind an office that is a given name.
        let is_given = |it: &Range<usize>| {
            bonus >= BEHIND_CALLING && !rare && it.start == name.start + 1 && it.end == name.end
        };
        let is_place =
            family == 1 && name.clone().any(|at| self.place_at(at).is_some_and(|it| !is_given(it)));
        (best.0 > plain && !is_place && !self.is_dictionary_word(&name)).then_some(name)
    }

    /// The name right before the word for an office: 刘建军市长.
    fn name_before(&self, word: &Range<usize>) -> Option<Range<usize>> {
        self.lexicon.after_name.has(self.slice(word)).then_some(())?;
        let names = [3, 2, 4].into_iter().filter_map(|length| word.start.checked_sub(length));
        names
            .filter_map(|start| {
                self.name_at(start, 0).filter(|it| it.end == word.start && self.may_begin(start))
            })
            .find(|it| it.len() > 2)
    }

    /// Whether a name may begin at a place: no name or word goes on across it.
    pub(super) fn may_begin(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else { return true };
        !is_name_char(self.text[before])
            || (!self.words.joins(self.text, at)
                && self
                    .words
                    .words(&self.text[at.saturating_sub(4)..at])
                    .iter()
                    .next_back()
                    .is_some_and(|it| it > 1 || self.is_stop(&(before..at))))
    }

    /// The people who get an office or leave it: 任命张立新、李明为市财政局局长, 张立新任局长, 免去李四的局长职务.
    fn appointed(&self, word: &Range<usize>) -> (Vec<Range<usize>>, Held) {
        /// No more characters than these stand before the office.
        const FAR: usize = 44;
        let clause = self.clause_start(word.start, FAR);
        let verbs = (clause..word.start).filter_map(|at| {
            let length = self.lexicon.appointed.at_head(&self.text[at..word.start])?;
            Some(at + length)
        });
        let mut starts = std::iter::once(clause).chain(verbs);
        let found = starts.find_map(|start| self.appointed_from(start, start == clause, word));
        found.unwrap_or((Vec::new(), Held::now(word.clone())))
    }

    /// The same, where their names begin at `start`; `at_head` is whether nothing before says that it is about offices.
    fn appointed_from(
        &self,
        start: usize,
        at_head: bool,
        word: &Range<usize>,
    ) -> Option<(Vec<Range<usize>>, Held)> {
        const LEAVES: [&str; 6] = ["辞去", "卸任", "不再担任", "不再兼任", "的", "同志的"];
        const JOINS: [&str; 14] = [
            "为",
            "任",
            "担任",
            "出任",
            "接任",
            "兼任",
            "当选",
            "当选为",
            "同志为",
            "同志任",
            "拟任",
            "现任",
            "是",
            "系",
        ];
        let mut names = Vec::new();
        let mut at = start;
        while let Some(name) = self.any_name_at(at, APPOINTED).or_else(|| self.listed(at)) {
            at = name.end + 1;
            names.push(name);
            if self.text.get(at - 1) != Some(&'、') {
                break;
            }
        }
        // 林一山2023年3月起担任市长
        let mut last = names.last()?.end;
        let is_day = |c: &&char| {
            super::number::digit(**c).is_some() || matches!(c, '年' | '月' | '日' | '起' | '始')
        };
        let day = self.text.get(last..word.start)?.iter().take_while(is_day).count();
        if day > 2 {
            last += day;
        }
        let rest = self.text.get(last..word.start)?;
        let begins = |it: &&&str| super::starts_with(rest, it);
        let joins = JOINS.iter().chain(&LEAVES);
        let join = joins.filter(begins).max_by_key(|it| it.len())?;
        let office = last + join.chars().count()..word.end;
        let is_removal = join.ends_with('的');
        let said = !is_removal || !at_head || self.text[word.end..].starts_with(&['职', '务']);
        let whole = self.slice(&office).iter().all(|c| {
            is_name_char(*c)
                || matches!(c, '、' | '（' | '）' | '《' | '》' | '「' | '」' | '“' | '”' | ' ')
        });
        let held = Held { span: office, left: LEAVES.contains(join) };
        (said && whole).then_some((names, held))
    }

    /// A name in a list of names that is an ordinary word too: 常务、白小丽.
    fn listed(&self, at: usize) -> Option<Range<usize>> {
        let length =
            self.text[at.min(self.text.len())..].iter().take(4).position(|c| *c == '、')?;
        let is_family = self.lexicon.surnames.has(&self.text[at..=at]);
        let is_office = self.lexicon.offices.has(&self.text[at..at + length]);
        (matches!(length, 2 | 3) && is_family && !is_office).then(|| at..at + length)
    }

    /// Where the clause begins that a place stands in.
    fn clause_start(&self, at: usize, far: usize) -> usize {
        let from = at.saturating_sub(far);
        let mark =
            |c: &char| matches!(c, '，' | '。' | '；' | '：' | '！' | '？' | '\n' | ',' | ';');
        self.text[from..at].iter().rposition(mark).map_or(from, |it| from + it + 1)
    }

    /// A name at the head of a clause before a word such as 说.
    fn says(&self, at: usize, found: &mut Vec<Found>) {
        if self.lexicon.says.at_head(&self.text[at..]).is_none() {
            return;
        }
        // 林佩颖则表示
        let end = if at > 0 && matches!(self.text[at - 1], '则' | '也' | '还' | '又') {
            at - 1
        } else {
            at
        };
        for length in [3, 4, 2] {
            let Some(start) = end.checked_sub(length) else { continue };
            let begins = start == 0 || !is_name_char(self.text[start - 1]);
            let Some(name) = self.name_at(start, ANYWHERE).filter(|it| begins && it.end == end)
            else {
                continue;
            };
            let is_known = self.words.kind(self.slice(&name)).is_some();
            let family = &self.text[start..=start];
            let weak = length == 2 || self.lexicon.rare_surnames.has(family);
            let again = || self.is_again(&name);
            if !is_known && (!weak || again()) {
                found.push(person(name, Rule::Says, None));
                return;
            }
        }
    }

    /// Whether the characters of a range stand in the text around once more.
    fn is_again(&self, span: &Range<usize>) -> bool {
        /// So many characters before and behind are looked at.
        const FAR: usize = 3_000;
        let name = self.slice(span);
        let around =
            &self.text[span.start.saturating_sub(FAR)..(span.end + FAR).min(self.text.len())];
        around.windows(name.len()).filter(|it| *it == name).nth(1).is_some()
    }

    /// 71岁的曲长庚.
    fn aged(&self, at: usize, found: &mut Vec<Found>) {
        let counts = at > 0 && super::number::digit(self.text[at - 1]).is_some();
        if counts
            && self.text.get(at + 1) == Some(&'的')
            && let Some(name) = self.name_at(at + 2, BEHIND_CALLING)
        {
            found.push(person(name, Rule::Aged, None));
        }
    }

    /// A name with points: 玛丽·居里.
    fn with_point(&self, at: usize, found: &mut Vec<Found>) {
        // The first point of a name reads all of it.
        let before = self.text[at.saturating_sub(POINTED)..at]
            .iter()
            .rev()
            .take_while(|c| is_han(**c))
            .count();
        if before == 0 || (at > before && is_point(self.text[at - before - 1])) {
            return;
        }
        let run = at - before..at;
        let mut start = run.start;
        let mut office = None;
        let mut rule_found = false;
        for cut in run.clone().skip(1) {
            let head = &self.text[..cut];
            let title = self.lexicon.offices.at_end(head).max(self.lexicon.callings.at_end(head));
            if let Some(length) =
                title.filter(|length| cut - length + 1 > run.start.saturating_sub(*length))
            {
                start = cut;
                office = Some(cut - length..cut);
                rule_found = true;
            }
        }
        if !rule_found {
            let tokens = self.tokens(run.clone());
            let last = tokens.iter().rev().find(|it| self.is_stop(it) || it.len() > 1);
            start = last.map_or(run.start, |it| it.end);
        }
        // 千名干部联企业·万名党员
        if self.tokens(start..at).iter().any(|it| it.len() > 1) {
            return;
        }
        let end = self.pointed_end(at);
        let behind = &self.text[end.min(self.text.len())..];
        let is_person = rule_found
            || self.lexicon.said.at_head(behind).is_some()
            || self.lexicon.after_name.at_head(behind).is_some();
        if is_person && start < at && end > at + 1 {
            let office = office.map(|it| Held::now(self.office(&it)));
            found.push(person(start..end, Rule::Point, office));
        }
    }

    /// All of an office: what it belongs to, what stands with it (市委常委、副市长, 董事长兼总裁).
    fn office(&self, word: &Range<usize>) -> Range<usize> {
        let mut start = self.office_start(word);
        while start > 1
            && matches!(self.text[start - 1], '、' | '兼')
            && word.end - start < LONGEST_OFFICE
            && let Some(length) = self.lexicon.offices.at_end(&self.text[..start - 1])
        {
            start = self.office_start(&(start - 1 - length..start - 1));
        }
        start..word.end
    }

    /// Where the office begins that a word ends.
    fn office_start(&self, word: &Range<usize>) -> usize {
        let is_modifier = |token: &[char]| self.lexicon.office_modifiers.has(token);
        let head = self.head(word.start, is_modifier);
        let mut tokens = head.tokens.as_slice();
        // 今年5月, 3名
        while let [first, rest @ ..] = tokens
            && self.slice(&first.span).iter().any(|c| super::number::digit(*c).is_some())
        {
            tokens = rest;
        }
        let start = tokens.first().map_or(word.start, |it| it.span.start);
        self.quoted_before(start).unwrap_or(start)
    }

    /// 《港都人生》作者: the title before a word.
    fn quoted_before(&self, at: usize) -> Option<usize> {
        let close = at.checked_sub(1)?;
        let open = match self.text[close] {
            '》' => '《',
            mark => super::opening_quote(mark)?,
        };
        let from = at.saturating_sub(LONGEST_OFFICE);
        let start = from + self.text[from..close].iter().rposition(|c| *c == open)?;
        // “工人拿起来就能干。”总经理高峰说 quotes him.
        let is_title = !self.text[start..close]
            .iter()
            .any(|c| matches!(c, '，' | '。' | '！' | '？' | '；' | '：' | ',' | '!' | '?' | ';'));
        is_title.then_some(start)
    }
}

/// The points in names of other languages.
fn is_point(c: char) -> bool {
    matches!(c, '·' | '・' | '•' | '‧')
}

fn person(span: Range<usize>, rule: Rule, office: Option<Held>) -> Found {
    Found { kind: Kind::Person, span, rule, office, known: None }
}
