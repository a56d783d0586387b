//! Companies, agencies, schools, associations, papers.
//!
//! In: the places where the ending of such a name stands, and those where a well-known name may begin. Out: names.
//! A name needs something that only a name has: a place, characters that no dictionary knows, or an ending such as
//! 有限公司 that nothing else has; 该公司, 上市公司 and 有关部门 are none.

use std::ops::Range;

use super::reader::{Head, Reader, Sort, Token};
use super::{Anchors, Found, Kind, Rule};
use crate::text::is_han;
use crate::text::is_name_char;

/// Heads of the names of agencies that stand for a place: 市交通局, 省商务厅.
const LEVELS: [char; 7] = ['市', '省', '县', '区', '州', '镇', '乡'];

/// Industries whose word is the ending of a company's name alone: 锦州钛业 is one, 青岛渔业 is none.
const OWN_ENDINGS: [&str; 22] = [
    "钛业",
    "铝业",
    "药业",
    "酒业",
    "乳业",
    "矿业",
    "铜业",
    "锂业",
    "置业",
    "实业",
    "纸业",
    "重工",
    "股份",
    "城投",
    "交建",
    "路桥",
    "银行",
    "农商行",
    "证券",
    "港务",
    "重汽",
    "建工",
];

impl Reader<'_> {
    /// The organisations that the text names.
    pub(super) fn organisations(&self, anchors: &Anchors, found: &mut Vec<Found>) {
        for end in &anchors.organisations {
            if let Some(it) = self.organisation(*end) {
                found.push(it);
            }
        }
        for at in &anchors.known {
            if let Some(it) = self.known(*at) {
                found.push(it);
            }
        }
        for at in &anchors.marks {
            if let Some(it) = self.titled(*at) {
                found.push(it);
            }
        }
    }

    /// The organisation whose name ends at `end`.
    fn organisation(&self, end: usize) -> Option<Found> {
        let before = &self.text[..end];
        let lexicon = self.lexicon;
        let (length, rule) = lexicon.endings.end(before)?;
        let rule = *rule;
        let mut ending = end - length..end;
        if !self.may_end(ending.start) || self.goes_on(&ending) || self.follows_ending(&ending) {
            return None;
        }
        // 汽车产业
        let behind = &self.text[end..];
        if rule == Rule::Industry && lexicon.not_company.at_head(behind).is_some() {
            return None;
        }
        // 橡塑科技: the words for industries side by side.
        while rule == Rule::Industry
            && ending.len() < 8
            && let Some(more) = lexicon.industries.at_end(&self.text[..ending.start])
        {
            ending.start -= more;
        }
        // 勘察设计研究院有限公司
        let inner =
            (rule == Rule::Company && length > 3).then(|| self.institute(ending.start)).flatten();
        if let Some(span) = inner {
            let span = span.start..end;
            return Some(Found { kind: Kind::Organisation, span, rule, office: None, known: None });
        }
        let head = self.head_of(&ending);
        let span = match rule {
            Rule::Industry => self.company_of_industry(&head.tokens, &ending)?,
            _ => self.full_name(&head.tokens, &ending, rule)?,
        };
        Some(Found { kind: Kind::Organisation, span, rule, office: None, known: None })
    }

    /// The institute whose name ends at `end`, and goes on.
    fn institute(&self, end: usize) -> Option<Range<usize>> {
        let (length, rule) = self.lexicon.endings.end(&self.text[..end])?;
        let ending = end - length..end;
        (*rule == Rule::Body)
            .then(|| self.full_name(&self.head_of(&ending).tokens, &ending, Rule::Body))?
    }

    /// The words before an ending; directly before it a verb belongs to the name: 城乡建设局, 投资促进局.
    fn near_head(&self, end: usize) -> Head {
        let last = self
            .words
            .words(&self.text[end.saturating_sub(4)..end])
            .iter()
            .next_back()
            .unwrap_or(1);
        let near = &self.text[end.saturating_sub(last)..end];
        self.head(end, |word| word.len() > 1 && word == near)
    }

    /// The words before an ending. In the name of an office for some work verbs may stand: 诸城市全面对接青岛工作办公室.
    fn head_of(&self, ending: &Range<usize>) -> Head {
        const OF_WORK: [&str; 7] =
            ["办公室", "专班", "指挥部", "联络处", "服务中心", "促进中心", "工作组"];
        let word = self.slice(ending);
        if super::is_one_of(word, &OF_WORK) {
            let loose = self.head(ending.start, |word| word.len() > 1);
            if loose.tokens.first().is_some_and(|it| it.sort == Sort::Place) {
                return loose;
            }
        }
        let head = self.near_head(ending.start);
        // 唐山市海洋口岸和港航管理局, 州文化体育广播电视和旅游局
        let is_agency = super::is_one_of(word, &["局", "委员会", "厅", "管理局"]);
        if is_agency
            && head.tokens.first().is_none_or(|it| it.sort != Sort::Place)
            && self.level(&head.tokens).is_none()
        {
            let wide = self.head(ending.start, |word| matches!(word, ['和' | '与' | '及']));
            let joined = wide.tokens.len() > head.tokens.len() + 1;
            let of = wide
                .tokens
                .iter()
                .rposition(|it| matches!(self.slice(&it.span), ['和' | '与' | '及']));
            let named = of.is_some_and(|at| {
                at > 0
                    && wide.tokens[at - 1].sort == Sort::Word
                    && (wide.tokens[..at].iter().any(|it| it.sort == Sort::Place)
                        || self.level(&wide.tokens[..at]).is_some())
            });
            if joined && named {
                return wide;
            }
        }
        head
    }

    /// Whether a name or a word ends right before an ending, and it is none itself: …有限公司控股, 上市公司.
    fn follows_ending(&self, ending: &Range<usize>) -> bool {
        let before = &self.text[..ending.start];
        ["公司", "上市", "企业"].iter().any(|it| super::ends_with(before, it))
            && !self.slice(ending).starts_with(&['集', '团'])
    }

    /// Whether an ending is only the head of a longer word: 大学生, 局势, 厂房, 司机.
    fn goes_on(&self, ending: &Range<usize>) -> bool {
        let text = self.text;
        // 签署, 布局: the ending is a piece of a word; in 建设局 it is none.
        let two = &text[ending.end.saturating_sub(2)..ending.end];
        let is_word = || !super::number::begins(two[0]) && self.words.knows(two);
        if ending.len() == 1 && is_word() && self.words.joins(text, ending.start) {
            return true;
        }
        let Some(next) = text.get(ending.end).filter(|c| is_han(**c)) else { return false };
        // 交通局长, 公司化, 银行业
        if matches!(next, '长' | '化' | '业' | '级' | '式') && ending.len() < 4 {
            return true;
        }
        let last = ending.end - 1;
        let word =
            |from: usize, to: usize| to <= text.len() && self.words.kind(&text[from..to]).is_some();
        let with_last = ending.len() == 1 && (word(last, last + 2) || word(last, last + 3));
        let longer = (ending.end + 1..=(ending.end + 2).min(text.len())).any(|to| {
            let from = ending.start.max(to.saturating_sub(4));
            from == ending.start && word(from, to)
        });
        with_last || longer || self.words.joins(text, ending.end)
    }

    /// A name with an ending of its own kind.
    fn full_name(
        &self,
        tokens: &[Token],
        ending: &Range<usize>,
        rule: Rule,
    ) -> Option<Range<usize>> {
        let first = tokens.first()?;
        let own = tokens.iter().find(|it| it.sort != Sort::Word);
        let strong = rule == Rule::Company && ending.len() >= 4;
        let level = self.level(tokens);
        let start = match (own, level) {
            (_, Some(level)) if own.is_none_or(|it| level <= it.span.start) => level,
            (Some(own), _) => own.span.start,
            // 先锋科技有限公司: all its words are ordinary ones.
            (None, _) if strong || self.is_plain_name(tokens, ending, rule) => first.span.start,
            (None, _) => return None,
        };
        // 工商银行浦城支行: the branch of a known one.
        if super::is_one_of(self.slice(ending), &["分行", "支行", "分公司", "支公司"])
            && let Some(length) = self.lexicon.known.at_end(&self.text[..start])
        {
            return Some(start - length..ending.end);
        }
        let head = start..ending.start;
        if head.is_empty() || self.is_generic(&head) {
            return None;
        }
        // 建设大湾区机器人创新中心: what is still being built.
        let before = &self.text[..start];
        if super::ends_with(self.slice(ending), "中心")
            && ["建设", "新建", "筹建", "兴建"].iter().any(|it| super::ends_with(before, it))
        {
            return None;
        }
        // 青岛公司: a place alone names no company, and 青岛大学 does a school.
        let is_place =
            self.place_at(start).is_some_and(|it| it.start <= start && it.end >= ending.start);
        if is_place
            && rule == Rule::Company
            && ending.len() < 3
            && self.slice(ending) != ['集', '团']
        {
            return None;
        }
        let short = head.len() == 1 && !LEVELS.contains(&self.text[start]);
        (!short).then_some(start..ending.end)
    }

    /// Whether ordinary words alone are a name before an ending: 企业家精英|协会, 地政|局.
    fn is_plain_name(&self, tokens: &[Token], ending: &Range<usize>, rule: Rule) -> bool {
        const SOCIETIES: [&str; 13] = [
            "协会",
            "商会",
            "学会",
            "联合会",
            "促进会",
            "基金会",
            "研究会",
            "研究院",
            "研究所",
            "实验室",
            "联盟",
            "公会",
            "联谊会",
        ];
        const SCHOOLS: [&str; 9] = [
            "大学",
            "学院",
            "理工大学",
            "工程大学",
            "职业技术学院",
            "医院",
            "中学",
            "小学",
            "国小",
        ];
        let is = |words: &[&str]| super::is_one_of(self.slice(ending), words);
        let length: usize = tokens.iter().map(|it| it.span.len()).sum();
        match rule {
            Rule::Body => {
                (is(&SOCIETIES) && tokens.len() > 1) || (is(&SCHOOLS) && (2..=6).contains(&length))
            }
            Rule::Company => tokens.len() > 1,
            Rule::Agency => {
                is(&["局", "署", "厅"])
                    && (2..=8).contains(&length)
                    && tokens.iter().all(|it| it.span.len() > 1)
            }
            _ => false,
        }
    }

    /// Where 市, 省 and the like begin the name of an agency: 市交通局.
    fn level(&self, tokens: &[Token]) -> Option<usize> {
        let at = tokens.iter().position(|it| {
            let word = self.slice(&it.span);
            (word.len() == 1 && LEVELS.contains(&word[0]))
                || super::is_one_of(word, &["全国", "国家", "中国", "全省", "自治区"])
        })?;
        let start = tokens[at].span.start;
        let begins = start == 0 || at == 0 || !is_name_char(self.text[start - 1]);
        (begins || tokens[..at].iter().all(|it| it.sort == Sort::Word)).then_some(start)
    }

    /// Whether words name no organisation before an ending: 上市, 有关, 大型.
    fn is_generic(&self, head: &Range<usize>) -> bool {
        let tokens = self.tokens(head.clone());
        tokens.iter().all(|it| {
            let word = self.slice(it);
            self.lexicon.generic.has(word) || super::number::begins(word[0])
        })
    }

    /// A company by an industry: 安驰轮胎, 软控联合科技.
    fn company_of_industry(&self, tokens: &[Token], ending: &Range<usize>) -> Option<Range<usize>> {
        /// The name before the word for the industry has at most so many characters.
        const LONGEST: usize = 8;
        let text = self.text;
        let own = tokens.iter().position(|it| it.sort == Sort::Own);
        let place = tokens.iter().position(|it| it.sort == Sort::Place);
        let own_ending = super::is_one_of(self.slice(ending), &OWN_ENDINGS);
        let start = match (own, place) {
            (Some(own), Some(place)) => tokens[own.min(place)].span.start,
            (Some(own), None) => tokens[own].span.start,
            (None, Some(place)) if own_ending && place + 1 == tokens.len() => {
                tokens[place].span.start
            }
            (None, _) if self.in_company_list(ending.end) => tokens.first()?.span.start,
            _ => return None,
        };
        let head = start..ending.start;
        let own_chars = own_characters(tokens, start);
        let plain = tokens
            .iter()
            .filter(|it| it.span.start > start && it.sort == Sort::Word && it.span.len() > 1)
            .count();
        let counted = super::number::begins(text[start])
            && matches!(
                text.get(start + 1),
                Some(
                    '个' | '家'
                        | '项'
                        | '条'
                        | '种'
                        | '类'
                        | '轴'
                        | '吋'
                        | '大'
                        | '座'
                        | '台'
                        | '级'
                )
            );
        let whole: String = text[start..ending.start].iter().collect();
        let holds = ["项目", "企业", "产业", "工程", "兆瓦", "千瓦", "万吨"]
            .iter()
            .any(|it| whole.contains(it));
        if plain > 1 || counted || holds {
            return None;
        }
        let fits = head.len() >= 2
            && head.len() <= LONGEST
            && (own_chars >= 2 || own.is_none() || self.in_company_list(ending.end));
        (fits && !self.is_generic(&head)).then_some(start..ending.end)
    }

    /// Whether a list goes on or ends here that says of what it names that they are companies: 、…等42家企业.
    fn in_company_list(&self, at: usize) -> bool {
        /// No list is longer.
        const FAR: usize = 60;
        let rest = &self.text[at..(at + FAR).min(self.text.len())];
        if !matches!(rest.first(), Some('、' | '和' | '与' | '等')) {
            return false;
        }
        let end =
            rest.iter().position(|c| matches!(c, '。' | '；' | '\n' | '，')).unwrap_or(rest.len());
        let list = &rest[..end];
        let Some(etc) = list.iter().position(|c| *c == '等') else { return false };
        let behind = &list[etc..];
        let counted = behind.get(1).is_some_and(|c| super::number::begins(*c))
            && behind.iter().take(8).any(|c| *c == '家');
        counted || self.lexicon.company_list.at_head(behind).is_some()
    }

    /// A well-known organisation.
    fn known(&self, at: usize) -> Option<Found> {
        let Some((length, (id, is_word))) = self.lexicon.known.head(&self.text[at..]) else {
            return self.latin(at);
        };
        let (id, is_word) = (*id, *is_word);
        let span = at..at + length;
        let behind = &self.text[span.end..];
        let is_road = matches!(
            behind.first(),
            Some('路' | '街' | '镇' | '村' | '乡' | '县' | '巷' | '山' | '河')
        );
        let latin = self.text[at].is_ascii_alphanumeric()
            && (at > 0 && self.text[at - 1].is_ascii_alphanumeric()
                || behind.first().is_some_and(char::is_ascii_alphanumeric));
        if is_road || latin || self.words.cuts(self.text, &span) {
            return None;
        }
        let company = || {
            self.lexicon.companies.at_head(behind).is_some()
                || self.in_company_list(span.end)
                || self.lexicon.company_list.at_head(behind).is_some()
        };
        (!is_word || company()).then_some(Found {
            kind: Kind::Organisation,
            span,
            rule: Rule::Known,
            office: None,
            known: Some(id),
        })
    }

    /// A company in Latin letters: Meridian Bio.
    fn latin(&self, at: usize) -> Option<Found> {
        let is_inside = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '@' | '/' | '.' | '-');
        if !self.text[at].is_ascii_uppercase() || self.text[..at].last().is_some_and(is_inside) {
            return None;
        }
        let end = self.latin_words(at)?;
        let behind = &self.text[end..];
        // 约翰·史密斯（John Smith）
        let in_brackets = at > 0
            && matches!(self.text[at - 1], '（' | '(')
            && matches!(behind.first(), Some('）' | ')'));
        if in_brackets {
            return None;
        }
        let is_address = behind.first().is_some_and(|c| matches!(c, '@' | '/' | '-' | '\'' | '_'));
        (!is_address).then_some(Found {
            kind: Kind::Organisation,
            span: at..end,
            rule: Rule::Latin,
            office: None,
            known: None,
        })
    }

    /// A paper or a document in 《》.
    fn titled(&self, at: usize) -> Option<Found> {
        /// No title is longer.
        const FAR: usize = 60;
        /// What the title of a document ends in.
        const DOCUMENTS: [&str; 34] = [
            "规划",
            "计划",
            "方案",
            "意见",
            "措施",
            "办法",
            "条例",
            "决定",
            "通知",
            "任务",
            "纲要",
            "协议",
            "白皮书",
            "蓝皮书",
            "指引",
            "指南",
            "细则",
            "规定",
            "行动",
            "清单",
            "目录",
            "政策",
            "公报",
            "报告",
            "宣言",
            "倡议",
            "章程",
            "协定",
            "备忘录",
            "法",
            "标准",
            "规范",
            "布局",
            "蓝图",
        ];
        (self.text[at] == '《').then_some(())?;
        let to = (at + FAR).min(self.text.len());
        let close = at + self.text[at..to].iter().position(|c| *c == '》')?;
        let inner = at + 1..close;
        let text = self.slice(&inner);
        if text.len() < 3 || text.contains(&'\n') {
            return None;
        }
        if self.lexicon.media.at_end(text).is_some() || text.ends_with(&['报']) {
            return Some(Found {
                kind: Kind::Organisation,
                span: inner,
                rule: Rule::Media,
                office: None,
                known: None,
            });
        }
        // 条例（草案）
        let bare = text
            .iter()
            .rposition(|c| matches!(c, '（' | '('))
            .filter(|_| text.ends_with(&['）']))
            .map_or(text, |it| &text[..it]);
        let ends = |word: &&str| super::ends_with(bare, word);
        DOCUMENTS.iter().any(ends).then_some(Found {
            kind: Kind::Document,
            span: inner,
            rule: Rule::Title,
            office: None,
            known: None,
        })
    }
}

/// How many characters side by side no dictionary knows, before an ending.
fn own_characters(tokens: &[Token], start: usize) -> usize {
    let mut most = 0;
    let mut run = 0;
    for token in tokens.iter().filter(|it| it.span.start >= start) {
        run = if token.sort == Sort::Own { run + token.span.len() } else { 0 };
        most = most.max(run);
    }
    most
}
