//! Rows of tables: cells, between tabs or spaces.

use super::{Described, Feature as F, LONGEST_LINE};
use crate::extract::lines::{Line, ends_sentence};

/// The cells of a line: its parts between tabs if it has any, else between spaces.
pub(in crate::extract) fn cells(line: &str) -> impl Iterator<Item = &str> {
    let tabs = line.contains('\t');
    let is_edge = move |c: char| if tabs { c == '\t' } else { c.is_whitespace() };
    line.split(is_edge).map(str::trim).filter(|it| !it.is_empty())
}

/// Marks the rows of tables: neighbours with as many cells. Between tabs two cells are enough; between spaces it
/// takes three, with numbers in them. `first` is the first line of the text, above which a page has its menus.
pub(super) fn rows(lines: &[Line], described: &mut [Described], first: usize) {
    let row = |i: usize| {
        let text = &*lines[i].text;
        if i <= first || text.len() > LONGEST_LINE || lines[i].hint.link {
            return (0, false);
        }
        let (count, tabs) = (cells(text).count(), text.contains('\t'));
        // 今年 5 月，海岸市新开 3 条航线。 is a sentence.
        let sentence = ends_sentence(text) || text.contains('，');
        let fits = if tabs { count > 1 } else { count > 2 && !sentence };
        let is_number = |it: &&str| {
            it.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '—'))
        };
        let full = cells(text).filter(is_number).count() > 1 || tabs;
        (if fits { count } else { 0 }, full)
    };
    let rows: Vec<(usize, bool)> = (0..lines.len()).map(row).collect();
    let mut inside = false;
    for (i, it) in described.iter_mut().enumerate() {
        let (own, full) = rows[i];
        let same = |at: usize| rows.get(at).is_some_and(|it| it.0 == own && (full || it.1));
        let beside = same(i + 1) || (i > 0 && same(i - 1));
        let page = it.set.has_any(&[F::Data, F::Furniture, F::Legal, F::UselessLabel]);
        let row = own > 0 && beside && !page;
        it.set.add(F::Row, row);
        // What finds the main text of a page leaves out a table at its end.
        inside = !it.set.has(F::HtmlOutside) || (row && inside);
        if row && inside {
            it.set.remove(F::HtmlOutside);
        }
    }
}
