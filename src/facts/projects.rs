//! Projects, parks that are being built, lines, plans.
//!
//! In: the places where the ending of such a name stands. Out: names. 重点项目, 该工程 and a place with nothing but such
//! words (青岛重点项目) are none; a zone is one only where the words around speak of building it.

use std::ops::Range;

use super::number;
use super::reader::{Head, LONGEST, Reader, Sort, Token};
use super::{Anchors, Found, Kind, Rule};
use crate::text::is_han;
use crate::text::is_name_char;

/// Endings that are none where a place alone stands before them.
const NOT_OF_A_PLACE: [&str; 16] = [
    "项目",
    "工程",
    "计划",
    "行动",
    "基地",
    "工厂",
    "线",
    "段",
    "通道",
    "一期",
    "二期",
    "三期",
    "四期",
    "园区",
    "广场",
    "生产线",
];

/// Endings of lines and of pieces of them, that many ordinary words have too.
const WEAK: [&str; 2] = ["线", "段"];

/// Endings of what may have stood there for long: it is a project where the words around speak of building.
const STANDING: [&str; 26] = [
    "公路",
    "大道",
    "机场",
    "水库",
    "电站",
    "水电站",
    "码头",
    "港区",
    "公园",
    "广场",
    "运河",
    "航道",
    "段",
    "线",
    "特区",
    "校区",
    "院区",
    "步行街",
    "商贸城",
    "船闸",
    "水闸",
    "干渠",
    "高架桥",
    "能源中心",
    "会议中心",
    "综合大楼",
];

/// What stands before 线 in ordinary words: 多线切割, 沿线.
const ORDINARY_LINES: [char; 12] =
    ['多', '单', '双', '一', '二', '三', '全', '前', '后', '沿', '干', '支'];

/// What a number belongs to that stands behind it: 地铁3号线.
const NUMBERED: [&str; 9] =
    ["年产", "地铁", "轻轨", "轨道交通", "交通", "国道", "省道", "捷运", "日产"];

/// What lies where something is built, and a name behind begins anew: 工程|华家山隧道.
const FEATURES: [char; 12] =
    ['山', '河', '江', '湖', '岭', '溪', '岛', '湾', '村', '镇', '桥', '峡'];

/// Characters of words that point at something or count it: 另一条铁路, 全线最长隧道, 本周六大桥.
const DETERMINERS: [char; 16] = [
    '首', '另', '最', '该', '这', '那', '每', '各', '某', '本', '多', '全', '新', '旧', '老', '条',
];

impl Reader<'_> {
    /// The projects that the text names.
    pub(super) fn projects(&self, anchors: &Anchors, found: &mut Vec<Found>) {
        let mut last: Option<Range<usize>> = None;
        for end in &anchors.projects {
            let Some(span) = self.project(*end, last.as_ref()) else { continue };
            // 余梁公路 in 余梁公路北延工程: the longer one counts.
            if let Some(before) = found.last_mut().filter(|it| {
                it.kind == Kind::Project && it.span.start >= span.start && it.span.end <= span.end
            }) {
                before.span = span.clone();
            } else {
                found.push(Found {
                    kind: Kind::Project,
                    span: span.clone(),
                    rule: Rule::ProjectForm,
                    office: None,
                    known: None,
                });
            }
            last = Some(span);
        }
    }

    /// The project whose name ends at `end`; `last` is the one before.
    fn project(&self, end: usize, last: Option<&Range<usize>>) -> Option<Range<usize>> {
        let length = self.lexicon.projects.at_end(&self.text[..end])?;
        let ending = end - length..end;
        if !self.may_end(ending.start) || self.word_goes_on(&ending) {
            return None;
        }
        if let Some(start) = self.quoted_head(ending.start) {
            // 合安高速“四改八”工程
            let before = self.project(start, None);
            return Some(before.map_or(start, |it| it.start)..end);
        }
        if let Some(start) = self.quoted_whole(end) {
            return Some(start..end);
        }
        let head = self.project_head(&ending);
        let mut tokens = head.tokens.as_slice();
        // A project that ended in the middle: its name goes on, or another one begins.
        if let Some(last) = last.filter(|it| {
            it.end < ending.start && it.end > tokens.first().map_or(usize::MAX, |it| it.span.start)
        }) {
            let behind = self.slice(&(last.end..ending.start));
            if behind.last().is_some_and(|c| FEATURES.contains(c)) {
                let first = tokens.partition_point(|it| it.span.start < last.end);
                tokens = &tokens[first..];
            }
        }
        let start = self.project_start(tokens, &ending)?;
        // 林家村青岛产业园: the zone that ends here begins before.
        let zone = self.places_to(end).find(|it| it.start < start);
        let span = zone.map_or(start, |it| it.start)..end;
        // 海防新码头
        let is_new = self.text[..ending.start].ends_with(&['新']);
        let may_stand = super::is_one_of(self.slice(&ending), &STANDING) && !is_new;
        let stands = self.is_zone(&span) || may_stand;
        (!stands || self.speaks_of_building(&span)).then_some(span)
    }

    /// Where a name begins whose head stands in quotation marks: “北魏里”商业街.
    fn quoted_head(&self, end: usize) -> Option<usize> {
        /// No more characters stand between the marks.
        const FAR: usize = 10;
        let close = end.checked_sub(1)?;
        let open = super::opening_quote(self.text[close])?;
        let from = close.saturating_sub(FAR);
        let start = from + self.text[from..close].iter().rposition(|c| *c == open)?;
        let is_name = self.text[start + 1..close].iter().all(|c| is_name_char(*c) || *c == '·');
        (is_name && close > start + 2).then_some(start)
    }

    /// Where a name begins that stands in quotation marks as a whole: “东塔1938文创产业园”.
    fn quoted_whole(&self, end: usize) -> Option<usize> {
        let open = super::opening_quote(*self.text.get(end)?)?;
        let from = end.saturating_sub(LONGEST);
        let start = from + self.text[from..end].iter().rposition(|c| *c == open)? + 1;
        let tokens = self.tokens(start..end);
        let says = |it: &&Range<usize>| {
            !self.lexicon.generic_projects.has(self.slice(it)) && !self.is_stop(it)
        };
        let is_name = self.text[start..end].iter().all(|c| is_name_char(*c) || *c == '·');
        (is_name && end - start > 5 && tokens.iter().filter(says).count() > 2).then_some(start)
    }

    /// The words before an ending, with the numbers that belong to the name: 地铁3号线, 年产30万吨合金项目, 东塔1938文创园.
    fn project_head(&self, ending: &Range<usize>) -> Head {
        let is_work = |word: &[char]| self.lexicon.project_words.has(word);
        let mut head = self.head(ending.start, is_work);
        let end = head.tokens.first().map_or(ending.start, |it| it.span.start);
        let digits =
            self.text[..end].iter().rev().take_while(|c| number::digit(**c).is_some()).count();
        if digits == 0 || digits == end {
            return head;
        }
        // 18个项目 counts; 3号线, 30万吨, 1938文创园 and 329复线 are names.
        let behind = &self.text[end..];
        let unit = ["号", "万吨", "吨", "兆瓦", "万千瓦", "万套", "万辆", "MW", "GW"];
        let is_name = end == ending.start
            || digits == 4
            || unit.iter().any(|it| super::starts_with(behind, it));
        if !is_name {
            return head;
        }
        let number = Token { span: end - digits..end, sort: Sort::Own };
        let before = self.head(number.span.start, is_work);
        let belongs = before.tokens.last().is_some_and(|it| {
            it.sort != Sort::Word || super::is_one_of(self.slice(&it.span), &NUMBERED)
        });
        if belongs {
            head.tokens.insert(0, number);
            let mut before = before.tokens;
            if let Some(last) = before.last_mut() {
                last.sort = Sort::Own;
            }
            head.tokens.splice(0..0, before);
        }
        head
    }

    /// Whether an ending is only the head of a longer word: 项目部, 工程师, 计划生育.
    fn word_goes_on(&self, ending: &Range<usize>) -> bool {
        let text = self.text;
        // 底线, 阶段: the ending is a piece of a word.
        let from = ending.end.saturating_sub(2);
        if ending.len() == 1 && self.words.knows(&text[from..ending.end]) {
            return true;
        }
        let Some(next) = text.get(ending.end).filter(|c| is_han(**c) || c.is_ascii_digit()) else {
            return false;
        };
        // 外贸航线3条, 苗栗高铁站
        let digits = text[ending.end..].iter().take_while(|c| c.is_ascii_digit()).count();
        let counted = digits > 0
            && matches!(text.get(ending.end + digits), Some('条' | '个' | '座' | '家' | '项'));
        let is_station = *next == '站' && text[ending.end - 1] != '站';
        if counted || is_station {
            return true;
        }
        // 公司计划投资3亿元: a verb here.
        let last_two = &text[ending.end.saturating_sub(2)..ending.end];
        let is_verb = matches!(last_two, ['计' | '规', '划'] | ['行', '动']);
        if is_verb
            && !matches!(
                next,
                '的' | '等' | '和' | '与' | '是' | '中' | '提' | '启' | '实' | '开' | '已' | '、'
            )
        {
            return true;
        }
        let person = matches!(
            next,
            '师' | '部'
                | '局'
                | '院'
                | '处'
                | '公'
                | '学'
                | '长'
                | '组'
                | '员'
                | '办'
                | '类'
                | '款'
                | '费'
                | '书'
                | '性'
                | '化'
                | '量'
                | '队'
                | '上'
                | '下'
                | '里'
                | '内'
        );
        let longest = self.lexicon.projects.at_head(&text[ending.start..]);
        let more = longest.is_some_and(|it| it > ending.len());
        let last = ending.end - 1;
        let in_word = ending.len() < 3
            && (1..=2).any(|more| {
                let to = ending.end + more;
                to <= text.len()
                    && self.words.kind(&text[last..to]).is_some_and(|_| ending.len() == 1)
            });
        (person && ending.len() < 4 && !matches!(next, '上' | '下' | '里' | '内'))
            || more
            || in_word
    }

    fn project_start(&self, tokens: &[Token], ending: &Range<usize>) -> Option<usize> {
        let word: String = self.slice(ending).iter().collect();
        let weak = WEAK.contains(&word.as_str());
        let first_own = tokens
            .iter()
            .position(|it| it.sort != Sort::Word)
            .or_else(|| self.feature(tokens, &word))
            .or_else(|| self.part_of_feature(tokens))
            .or_else(|| self.described(tokens))?;
        let mut start = tokens[first_own].span.start;
        let rest = &tokens[first_own..];
        if rest.iter().all(|it| self.is_generic_project(it)) {
            return None;
        }
        // 福田两座水资源回收中心
        let counts = |it: &Token| matches!(self.slice(&it.span), [n, .., '座' | '个' | '条'] if number::begins(*n));
        if rest.iter().any(counts) {
            return None;
        }
        let of_place = rest.iter().all(|it| it.sort == Sort::Place || self.is_generic_project(it));
        // 后里园区扩建二期
        let names_park = rest.iter().any(|it| {
            it.span.len() > 3 && self.lexicon.projects.at_end(self.slice(&it.span)).is_some()
        });
        if of_place && !names_park && NOT_OF_A_PLACE.contains(&word.as_str()) {
            return None;
        }
        // MW项目
        let is_unit =
            rest.iter().all(|it| self.slice(&it.span).iter().all(char::is_ascii_alphabetic));
        let whole = self.slice(&(start..ending.start));
        if is_unit && whole.len() < 4 || self.lexicon.generic_projects.has(whole) {
            return None;
        }
        // 地铁3号线: a number names a line.
        let length =
            |it: &Token| it.span.len() + usize::from(self.text[it.span.start].is_ascii_digit());
        // 古乍线河姆渡段: a place that the gazetteer does not know is part of a name like any other word.
        let is_own = |it: &&Token| {
            it.sort == Sort::Own || it.sort == Sort::Place && !self.is_place(&it.span)
        };
        let own: usize = rest.iter().filter(is_own).map(length).sum();
        let places = rest.iter().filter(|it| it.sort == Sort::Place).count();
        let is_ordinary = rest[0].sort == Sort::Word;
        if own < 2 && places == 0 && !is_ordinary {
            return None;
        }
        if weak && (own < 2 || !rest.last().is_some_and(|it| is_own(&it))) {
            return None;
        }
        if start == ending.start {
            return None;
        }
        // 大隐至二六市公路: the other end of a line.
        if let Some(from) = self.line_from(start) {
            start = from;
        }
        // 车岗头至大岚段: a piece of something that is not named with it.
        let before = self.text[..ending.start].last();
        let is_piece = word == "段" || word == "标段" || before == Some(&'段');
        if word == "线" && before.is_some_and(|c| ORDINARY_LINES.contains(c)) {
            return None;
        }
        let names_line = |it: &[char]| {
            it.iter().any(|c| matches!(c, '线' | '路' | '速' | '铁' | '道' | '河' | '渠'))
        };
        (!is_piece || names_line(&self.text[start..ending.start])).then_some(start)
    }

    /// The first of the single characters that a tunnel or a bridge is called by: 华家山隧道.
    fn feature(&self, tokens: &[Token], ending: &str) -> Option<usize> {
        const NAMED_SO: [&str; 18] = [
            "抽水蓄能电站",
            "核电站",
            "风电场",
            "干道",
            "隧道",
            "大桥",
            "特大桥",
            "水库",
            "电站",
            "水电站",
            "码头",
            "铁路",
            "高铁",
            "高速",
            "高速公路",
            "城际",
            "快线",
            "枢纽",
        ];
        if !NAMED_SO.contains(&ending) {
            return None;
        }
        // 控制性工程|芙蓉江特大桥
        let is_ending = |it: &Token| self.lexicon.projects.has(self.slice(&it.span));
        let first = tokens.iter().rposition(is_ending).map_or(0, |it| it + 1);
        let tokens = &tokens[first..];
        let is_determiner = |it: &Token| {
            let word = self.slice(&it.span);
            word.iter().any(|c| DETERMINERS.contains(c) || number::begins(*c))
        };
        let length: usize = tokens.iter().map(|it| it.span.len()).sum();
        let singles = tokens.iter().rev().take_while(|it| it.span.len() == 1).count();
        if tokens.iter().any(is_determiner) {
            None
        } else if (2..=4).contains(&singles) {
            Some(first + tokens.len() - singles)
        } else {
            // 芙蓉江特大桥
            let is_name =
                (2..=4).contains(&length) && tokens.iter().any(|it| !self.is_generic_project(it));
            is_name.then_some(first)
        }
    }

    /// The same where such a name is the head of a longer one: 水曹铁路扩能改造二期.
    fn part_of_feature(&self, tokens: &[Token]) -> Option<usize> {
        tokens.iter().enumerate().find_map(|(at, token)| {
            let word: String = self.slice(&token.span).iter().collect();
            self.feature(&tokens[..at], &word)
        })
    }

    /// The first of ordinary words that say what is being built: 建设|通航发动机维修基地.
    fn described(&self, tokens: &[Token]) -> Option<usize> {
        const BUILDS: [&str; 10] =
            ["建设", "新建", "兴建", "投建", "筹建", "打造", "设立", "首座", "首条", "首个"];
        let first = tokens.first()?;
        let builds = |it: &Token| super::is_one_of(self.slice(&it.span), &BUILDS);
        let from = match tokens.iter().rposition(builds) {
            Some(verb) => verb + 1,
            None if BUILDS
                .iter()
                .any(|it| super::ends_with(&self.text[..first.span.start], it)) =>
            {
                0
            }
            None => return None,
        };
        let says =
            tokens[from..].iter().filter(|it| it.span.len() > 1 && !self.is_generic_project(it));
        (says.count() > 1).then_some(from)
    }

    /// Where a line begins whose other end stands before 至.
    fn line_from(&self, start: usize) -> Option<usize> {
        let to = start.checked_sub(1)?;
        matches!(self.text[to], '至' | '到').then_some(())?;
        let head = self.head(to, |_| false);
        let first = head.start()?;
        (to - first >= 2 && to - first <= 10).then_some(first)
    }

    fn is_generic_project(&self, token: &Token) -> bool {
        let word = self.slice(&token.span);
        self.lexicon.generic_projects.has(word)
            || super::number::begins(word[0])
                && token.sort != Sort::Place
                && !word[0].is_ascii_digit()
    }

    /// Whether a span is a zone that the text names: those have pages of their own.
    fn is_zone(&self, span: &Range<usize>) -> bool {
        self.places_to(span.end).any(|it| it.start >= span.start)
    }

    /// Whether the sentence speaks of building what it names.
    fn speaks_of_building(&self, span: &Range<usize>) -> bool {
        const WORDS: [&str; 34] = [
            "启用",
            "总投资",
            "规划",
            "占地",
            "开工",
            "在建",
            "建设",
            "动工",
            "首开区",
            "奠基",
            "施工",
            "工程",
            "改造",
            "路基",
            "竣工",
            "通车",
            "打通",
            "扩建",
            "新建",
            "贯通",
            "立项",
            "投产",
            "封顶",
            "全长",
            "建成",
            "开通",
            "批复",
            "获批",
            "延伸",
            "落成",
            "投用",
            "兴建",
            "计划",
            "招标",
        ];
        let sentence = self.sentence(span);
        let text: String = self.slice(&sentence).iter().collect();
        WORDS.iter().any(|it| text.contains(it))
    }

    /// The sentence around a span.
    pub(super) fn sentence(&self, span: &Range<usize>) -> Range<usize> {
        /// No more is looked at.
        const FAR: usize = 160;
        let ends = |c: &char| matches!(c, '。' | '！' | '？' | '\n');
        let from = span.start.saturating_sub(FAR);
        let start =
            self.text[from..span.start].iter().rposition(ends).map_or(from, |it| from + it + 1);
        let to = (span.end + FAR).min(self.text.len());
        let end = self.text[span.end..to].iter().position(ends).map_or(to, |it| span.end + it);
        start..end
    }
}
