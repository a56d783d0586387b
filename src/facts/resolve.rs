//! What is one: mentions of the same name, in full and in short.
//!
//! In: names found at single places. Out: each name with all its mentions. Of names that overlap one counts: a person
//! before all others, then the longer one; an organisation may stand in a project (奇瑞汽车 in 奇瑞汽车青岛基地). Names that
//! were found are looked for in all of the text.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::reader::{Reader, Sort};
use super::{Found, Held, Kind, MAX_NAMES, Rule, figures};
use crate::text::word_list::{SomeChars, WordMap};

/// A name with its mentions, in characters.
pub(super) struct Resolved {
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) forms: Vec<String>,
    pub(super) mentions: Vec<(Range<usize>, Rule)>,
    /// Offices with the mention they stand at.
    pub(super) offices: Vec<(usize, Held)>,
}

/// Puts together what is one; and how many were left out.
pub(super) fn names(reader: &Reader<'_>, found: Vec<Found>) -> (Vec<Resolved>, usize) {
    let kept = without_overlaps(found);
    let mut groups = Groups::default();
    for it in kept {
        groups.add(reader, it);
    }
    // A text of so many is a list, and is cut below; to compare all of them would take long.
    if groups.all.len() <= 4 * MAX_NAMES {
        groups.join_companies(reader);
        groups.join_agencies();
        groups.join_projects();
    }
    groups.find_again(reader);
    groups.find_surnames(reader);
    groups.finish(reader)
}

/// Whether two spans overlap.
fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// Of names that overlap the one that counts.
fn without_overlaps(mut found: Vec<Found>) -> Vec<Found> {
    let rank = |it: &Found| match (it.kind, it.rule) {
        (Kind::Document, _) => 0,
        (
            Kind::Person,
            Rule::Site
            | Rule::BehindOffice
            | Rule::Point
            | Rule::InList
            | Rule::Appointed
            | Rule::Aged,
        ) => 1,
        (_, Rule::Site) | (Kind::Organisation, Rule::Company | Rule::Known) => 2,
        (Kind::Organisation, _) => 3,
        (Kind::Project, _) => 4,
        (Kind::Person, _) => 5,
    };
    // The longest first, of equal ones by rank.
    found.sort_by_key(|it| {
        (rank(it) == 5, rank(it) > 1, std::cmp::Reverse(it.span.len()), rank(it), it.span.start)
    });
    let mut kept: Vec<Found> = Vec::new();
    let mut by_start: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for it in found {
        let near =
            by_start.range(it.span.start.saturating_sub(80)..it.span.end).flat_map(|(_, all)| all);
        let fits = near.into_iter().all(|at| {
            let other: &Found = &kept[*at];
            !overlap(&other.span, &it.span)
                || (other.kind == Kind::Project
                    && it.kind == Kind::Organisation
                    && other.span.start <= it.span.start
                    && it.span.end < other.span.end)
        });
        // 董事长张伟, whom an entry of the site names too: the office stays.
        let same = by_start.get(&it.span.start).and_then(|all| {
            all.iter().copied().find(|at| kept[*at].span == it.span && kept[*at].kind == it.kind)
        });
        if let Some(at) = same {
            kept[at].office = kept[at].office.take().or(it.office);
        } else if fits {
            by_start.entry(it.span.start).or_default().push(kept.len());
            kept.push(it);
        }
    }
    kept.sort_by_key(|it| (it.span.start, std::cmp::Reverse(it.span.end)));
    kept
}

/// A name while its mentions are collected.
struct Group {
    kind: Kind,
    /// All its names, the fullest first.
    forms: Vec<Vec<char>>,
    mentions: Vec<(Range<usize>, Rule)>,
    offices: Vec<(Range<usize>, Held)>,
}

impl Group {
    const fn new(kind: Kind) -> Self {
        Self { kind, forms: Vec::new(), mentions: Vec::new(), offices: Vec::new() }
    }

    /// Whether a person may be called by a family name and a title: 王局长 is no 村民王强.
    fn may_be_called(&self, reader: &Reader<'_>, title: &[char]) -> bool {
        let is_address =
            ["先生", "女士", "同志", "老师", "师傅"].iter().any(|it| super::starts_with(title, it));
        let mut offices = self.offices.iter().map(|(_, office)| reader.slice(&office.span));
        is_address || self.offices.is_empty() || offices.any(|it| it.ends_with(title))
    }
}

#[derive(Default)]
struct Groups {
    all: Vec<Group>,
    by_form: FxHashMap<(Kind, Vec<char>), usize>,
    by_known: FxHashMap<u32, usize>,
}

impl Groups {
    fn add(&mut self, reader: &Reader<'_>, found: Found) {
        let form = reader.slice(&found.span).to_vec();
        let by_known = found.known.and_then(|id| self.by_known.get(&id));
        let at = match self.by_form.get(&(found.kind, form.clone())).or(by_known) {
            Some(at) => *at,
            None => {
                self.all.push(Group::new(found.kind));
                self.all.len() - 1
            }
        };
        if let Some(id) = found.known {
            self.by_known.insert(id, at);
        }
        let group = &mut self.all[at];
        if !group.forms.contains(&form) {
            group.forms.push(form.clone());
        }
        self.by_form.insert((found.kind, form), at);
        if let Some(office) = found.office {
            group.offices.push((found.span.clone(), office));
        }
        group.mentions.push((found.span, found.rule));
    }

    /// Moves all of one group into another.
    fn join(&mut self, from: usize, into: usize) {
        if from == into {
            return;
        }
        let empty = Group::new(self.all[from].kind);
        let mut group = std::mem::replace(&mut self.all[from], empty);
        let target = &mut self.all[into];
        target.forms.append(&mut group.forms);
        target.mentions.append(&mut group.mentions);
        target.offices.append(&mut group.offices);
    }

    /// Companies of one core are one: 诸城涌安橡胶科技有限公司 and 诸城市涌安橡胶科技有限公司; their short names are.
    fn join_companies(&mut self, reader: &Reader<'_>) {
        let mut cores: Vec<(Vec<char>, usize, Range<usize>)> = Vec::new();
        for at in 0..self.all.len() {
            let Some((span, rule)) = self.all[at].mentions.first().cloned() else { continue };
            // An entry of the site may have the full name.
            let is_full = rule == Rule::Company
                || rule == Rule::Site
                    && reader
                        .lexicon
                        .companies
                        .at_end(reader.slice(&span))
                        .is_some_and(|it| it > 3);
            if self.all[at].kind != Kind::Organisation || !is_full {
                continue;
            }
            let core = core(reader, &span);
            match cores.iter().find(|(other, _, _)| *other == core && core.len() > 1) {
                Some((_, into, _)) => {
                    let into = *into;
                    self.join(at, into);
                }
                None => cores.push((core, at, span)),
            }
        }
        // 涌安橡胶: the head of a core.
        cores.sort_by_key(|(core, _, _)| core.len());
        for at in 0..self.all.len() {
            let group = &self.all[at];
            let Some((span, rule)) = group.mentions.first().cloned() else { continue };
            let short = reader.slice(&span).to_vec();
            if group.kind != Kind::Organisation || !matches!(rule, Rule::Industry | Rule::Known) {
                continue;
            }
            let owner = cores.iter().find(|(core, into, full)| {
                *into != at && is_short_for(&short, core) && !is_agent(reader, full, &span)
            });
            if let Some((_, into, _)) = owner {
                let into = *into;
                self.join(at, into);
            }
        }
        self.find_short_names(reader, &cores);
    }

    /// The short names of companies in the text behind their full names: 涌安, 诸城涌安.
    fn find_short_names(
        &mut self,
        reader: &Reader<'_>,
        cores: &[(Vec<char>, usize, Range<usize>)],
    ) {
        let taken: Vec<Range<usize>> = self.spans();
        let mut short: FxHashMap<[char; 2], Vec<usize>> = FxHashMap::default();
        let mut firsts = SomeChars::default();
        for (i, (core, _, _)) in cores.iter().enumerate() {
            if let [a, b, ..] = core[..]
                && core.len() > 2
            {
                short.entry([a, b]).or_default().push(i);
                firsts.insert(a);
            }
        }
        if short.is_empty() {
            return;
        }
        let mut at = 0;
        while at + 1 < reader.text.len() {
            let here = at;
            at += 1;
            if !firsts.may_have(reader.text[here]) {
                continue;
            }
            let Some(companies) = short.get(&[reader.text[here], reader.text[here + 1]]) else {
                continue;
            };
            if inside(&taken, here) {
                continue;
            }
            for i in companies {
                let (core, group, full) = &cores[*i];
                let length =
                    std::iter::zip(core, &reader.text[here..]).take_while(|(a, b)| a == b).count();
                if here < full.end || length < 2 || self.all[*group].mentions.is_empty() {
                    continue;
                }
                let span = here..here + length;
                let is_word = length == 2
                    && (reader.words.knows(reader.slice(&span)) || reader.place_at(here).is_some());
                if is_word || reader.words.cuts(reader.text, &span) {
                    continue;
                }
                let form = reader.slice(&span).to_vec();
                let group = &mut self.all[*group];
                if !group.forms.contains(&form) {
                    group.forms.push(form);
                }
                group.mentions.push((span.clone(), Rule::Again));
                at = span.end;
                break;
            }
        }
    }

    /// 市交通局 and 交通局 are 余姚市交通局 where the text names that.
    fn join_agencies(&mut self) {
        self.join_into_longer(Kind::Organisation, usize::MAX, |group, form| {
            matches!(form.first(), Some('市' | '省' | '县' | '区' | '州'))
                || group.mentions.first().is_some_and(|it| it.1 == Rule::Agency)
        });
    }

    /// 北堤路拓宽工程 is 台中港北堤路拓宽工程 where the text names that.
    fn join_projects(&mut self) {
        self.join_into_longer(Kind::Project, 2, |_, _| true);
    }

    /// Joins a name with the one of its kind that ends with it, is at most `times` as long, and is the only one such.
    fn join_into_longer(
        &mut self,
        kind: Kind,
        times: usize,
        is_short: impl Fn(&Group, &[char]) -> bool,
    ) {
        for at in 0..self.all.len() {
            let group = &self.all[at];
            let Some(form) = group.forms.first() else { continue };
            if group.kind != kind || group.mentions.is_empty() || !is_short(group, form) {
                continue;
            }
            let most = form.len().saturating_mul(times);
            let is_longer =
                |it: &Vec<char>| it.len() > form.len() && it.len() <= most && it.ends_with(form);
            let mut full = (0..self.all.len()).filter(|other| {
                self.all[*other].kind == kind && self.all[*other].forms.iter().any(is_longer)
            });
            let only = full.next().filter(|_| full.next().is_none());
            if let Some(into) = only {
                self.join(at, into);
            }
        }
    }

    /// Looks for people and organisations by their names in all of the text.
    fn find_again(&mut self, reader: &Reader<'_>) {
        let groups = self.all.iter().enumerate().filter(|(_, it)| it.kind != Kind::Document);
        let forms = groups.flat_map(|(at, it)| it.forms.iter().map(move |form| (form.clone(), at)));
        let forms = WordMap::from_chars(forms.filter(|(form, _)| form.len() > 1));
        let taken = self.spans();
        let mut at = 0;
        while at + 1 < reader.text.len() && !forms.is_empty() {
            let here = at;
            at += 1;
            let Some((length, group)) = forms.head(&reader.text[here..]) else { continue };
            let span = here..here + length;
            // 中建 in 集中建设
            let is_piece = length < 4 && reader.words.cuts(reader.text, &span);
            if !is_piece && !is_taken(&taken, &span) {
                self.all[*group].mentions.push((span.clone(), Rule::Again));
                at = span.end;
            }
        }
    }

    /// 刘市长, where the text names one person of the family name 刘; 会后欧阳局长说.
    fn find_surnames(&mut self, reader: &Reader<'_>) {
        let mut families: BTreeMap<Vec<char>, Vec<usize>> = BTreeMap::new();
        for (at, group) in self.all.iter().enumerate() {
            if group.kind == Kind::Person
                && !group.mentions.is_empty()
                && let Some(name) = group.forms.first()
            {
                let length = reader.lexicon.double_surnames.at_head(name).unwrap_or(1);
                families.entry(name[..length].to_vec()).or_default().push(at);
            }
        }
        if families.is_empty() {
            return;
        }
        let mut firsts = SomeChars::default();
        for name in families.keys() {
            firsts.insert(name[0]);
        }
        let taken = self.spans();
        for at in 0..reader.text.len().saturating_sub(2) {
            if !firsts.may_have(reader.text[at]) {
                continue;
            }
            let family = |length: usize| families.get(reader.text.get(at..at + length)?);
            let Some(([group], behind)) = family(2)
                .map(|it| (it.as_slice(), at + 2))
                .or_else(|| family(1).map(|it| (it.as_slice(), at + 1)))
            else {
                continue;
            };
            let title = reader.lexicon.after_name.at_head(&reader.text[behind..]);
            let Some(length) = title.filter(|_| reader.may_begin(at)) else { continue };
            let span = at..behind + length;
            let title = &reader.text[behind..span.end];
            if !is_taken(&taken, &span) && self.all[*group].may_be_called(reader, title) {
                self.all[*group].mentions.push((span, Rule::SurnameAgain));
            }
        }
    }

    /// All spans taken, in order.
    fn spans(&self) -> Vec<Range<usize>> {
        let mut spans: Vec<Range<usize>> =
            self.all.iter().flat_map(|it| it.mentions.iter().map(|it| it.0.clone())).collect();
        spans.sort_by_key(|it| (it.start, it.end));
        spans
    }

    /// The names, in the order of their first mention.
    fn finish(self, reader: &Reader<'_>) -> (Vec<Resolved>, usize) {
        let mut names: Vec<Resolved> = Vec::new();
        for mut group in self.all.into_iter().filter(|it| !it.mentions.is_empty()) {
            group.mentions.sort_by_key(|(span, _)| span.start);
            let text = |form: &Vec<char>| form.iter().collect::<String>();
            let mut forms: Vec<Vec<char>> = group.forms.clone();
            let own = group.mentions.iter().map(|it| reader.slice(&it.0).to_vec());
            for form in own {
                if !forms.contains(&form) {
                    forms.push(form);
                }
            }
            // Of a person the whole name; else the longest.
            let full = match group.kind {
                Kind::Person => group.forms.first().cloned().unwrap_or_default(),
                _ => forms.iter().max_by_key(|it| it.len()).cloned().unwrap_or_default(),
            };
            let name = text(&full);
            let mut seen = BTreeSet::from([name.clone()]);
            let others: Vec<String> =
                forms.iter().map(text).filter(|it| seen.insert(it.clone())).collect();
            let mentions = &group.mentions;
            let mut offices: Vec<(usize, Held)> = group
                .offices
                .iter()
                .filter_map(|(span, office)| {
                    let first = mentions.partition_point(|it| it.0.start < span.start);
                    let near = mentions[first..].iter().take_while(|it| it.0.start == span.start);
                    let at = near.into_iter().position(|it| it.0 == *span)?;
                    Some((first + at, office.clone()))
                })
                .collect();
            offices.sort_by_key(|it| it.1.span.start);
            names.push(Resolved {
                kind: group.kind,
                name,
                forms: others,
                mentions: group.mentions,
                offices,
            });
        }
        names.sort_by_key(|it| it.mentions[0].0.start);
        let left_out = names.len().saturating_sub(MAX_NAMES);
        names.truncate(MAX_NAMES);
        (names, left_out)
    }
}

/// Whether a span overlaps one of some spans, which are in order.
fn is_taken(spans: &[Range<usize>], span: &Range<usize>) -> bool {
    let next = spans.partition_point(|it| it.start < span.end);
    spans[..next].iter().rev().take(8).any(|it| overlap(it, span))
}

/// Whether a place lies in one of some spans, which are in order.
fn inside(spans: &[Range<usize>], at: usize) -> bool {
    let next = spans.partition_point(|it| it.start <= at);
    spans[..next].iter().rev().take(8).any(|it| it.end > at)
}

/// Whether a name is a short one for a core: 涌安橡胶 for 涌安橡胶科技, 川岭特钢 for 川岭特种钢.
fn is_short_for(short: &[char], core: &[char]) -> bool {
    let mut rest = core.iter();
    core.len() >= short.len()
        && short.get(..2) == core.get(..2)
        && short.iter().all(|c| rest.any(|it| it == c))
}

/// Whether a short name stands as somebody else in the sentence of a full one: …有限公司由莱克电气投资.
fn is_agent(reader: &Reader<'_>, full: &Range<usize>, short: &Range<usize>) -> bool {
    if full.end > short.start {
        return false;
    }
    let between = &reader.text[full.end..short.start];
    !between.iter().any(|c| matches!(c, '。' | '\n' | '；')) && between.last() == Some(&'由')
}

/// What is a company's own of its full name: 涌安橡胶科技 of 诸城市涌安橡胶科技有限公司.
fn core(reader: &Reader<'_>, span: &Range<usize>) -> Vec<char> {
    let text = reader.slice(span);
    let mut end =
        reader.lexicon.companies.at_end(text).map_or(text.len(), |length| text.len() - length);
    // 股份有限公司, （集团）
    loop {
        let rest = &text[..end];
        let tail = ["股份", "集团", "控股", "有限"].iter().find(|it| super::ends_with(rest, it));
        if tail.is_some() {
            end -= 2;
        } else if let Some(open) = rest
            .iter()
            .rposition(|c| matches!(c, '（' | '('))
            .filter(|_| rest.ends_with(&['）']) || rest.ends_with(&[')']))
        {
            end = open;
        } else {
            break;
        }
    }
    let tokens = reader.tokens(span.start..span.start + end);
    let is_level = |it: &Range<usize>| matches!(reader.slice(it), ['市' | '省' | '县' | '区']);
    let first = tokens.iter().find(|it| reader.sort(it) != Sort::Place && !is_level(it));
    let start = first.map_or(0, |it| it.start - span.start);
    text[start.min(end)..end].to_vec()
}

/// Whether something is a company: an agency or a paper tells figures that are not its own.
fn is_company(reader: &Reader<'_>, it: &Resolved) -> bool {
    let is_other = |span: &Range<usize>| {
        let ending = reader.lexicon.endings.end(reader.slice(span)).map(|it| *it.1);
        matches!(ending, Some(Rule::Agency | Rule::Body | Rule::Media))
    };
    let is_one = |(span, rule): &(Range<usize>, Rule)| match rule {
        Rule::Company | Rule::Industry | Rule::Latin | Rule::Site => true,
        Rule::Known => !is_other(span),
        _ => false,
    };
    it.kind == Kind::Organisation && it.mentions.iter().any(is_one)
}

/// The figures with what they are said of: the nearest project before them in the sentence, else the nearest
/// organisation; 该项目 is the one before.
pub(super) fn figures(
    reader: &Reader<'_>,
    found: Vec<figures::Found>,
    names: &[Resolved],
) -> Vec<(figures::Found, Option<usize>)> {
    /// 项目 is none that is named farther away.
    const FAR: usize = 300;
    let mut places: Vec<(usize, usize, usize)> = names
        .iter()
        .enumerate()
        .filter(|(_, it)| it.kind == Kind::Project || is_company(reader, it))
        .flat_map(|(at, it)| it.mentions.iter().map(move |(span, _)| (span.start, span.end, at)))
        .collect();
    places.sort_unstable();
    let of = |it: &figures::Found| {
        // 总投资10亿元的望海项目: the project behind it.
        let next = places.partition_point(|(start, _, _)| *start < it.span.end);
        if reader.text.get(it.span.end) == Some(&'的')
            && let Some((start, _, at)) = places.get(next)
            && *start == it.span.end + 1
        {
            return Some(*at);
        }
        let sentence = reader.sentence(&it.span);
        let next = places.partition_point(|(start, _, _)| *start < it.span.start);
        let before =
            places[..next].iter().rev().take_while(|(start, _, _)| *start >= sentence.start);
        let nearest = |near: Vec<usize>| {
            let project = near.iter().find(|at| names[**at].kind == Kind::Project);
            project.or(near.first()).copied()
        };
        let in_sentence = nearest(before.map(|(_, _, at)| *at).collect());
        in_sentence.or_else(|| {
            let text = reader.slice(&(sentence.start..it.span.start));
            // 项目占地580亩: at the head of a sentence it is the one before.
            let refers = ["项目", "工程", "园区"].iter().any(|it| super::starts_with(text, it))
                || text.windows(3).any(|it| {
                    matches!(it, ['该', '项' | '工' | '公' | '道' | '线' | '园' | '桥', _])
                });
            let before = refers.then(|| places[..next].iter().rev())?;
            let near = before.take_while(|(_, end, _)| *end + FAR > it.span.start);
            nearest(near.map(|(_, _, at)| *at).collect())
        })
    };
    found
        .into_iter()
        .map(|it| {
            let of = of(&it);
            (it, of)
        })
        .collect()
}
