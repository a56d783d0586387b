//! How an article is cited, after GB/T 7714—2015.
//!
//! In: what its front matter says. Out: `王某, 李某. 老港区更新工程开工[N/OL]. 海岸日报, 2024-05-06(3). https://….`
//! What is cited is the article in its paper; this site's page where there is no paper. The day on which an address was
//! read, which the standard asks for, is the reader's: nothing here knows a clock.

use crate::article::FrontMatter;

/// So many authors are named, the others are 等 (8.1.2).
const AUTHORS: usize = 3;

/// The reference of an article, on the page with this whole address, of a site with this name.
pub(super) fn citation(front: &FrontMatter, page: Option<&str>, site: &str) -> String {
    let source = &front.source;
    let in_paper = source.name.is_some() || source.url.is_some();
    let url = if in_paper { source.url.as_deref() } else { page };
    let kind = match (&source.name, url) {
        (Some(_), Some(_)) => "N/OL",
        (Some(_), None) => "N",
        (None, Some(_)) => "EB/OL",
        (None, None) => "EB",
    };
    let title = match &front.subtitle {
        Some(subtitle) => format!("{}: {subtitle}", front.title),
        None => front.title.clone(),
    };
    let place = source.name.as_deref().or((!in_paper).then_some(site));
    let date = front.date.map(|it| it.day.to_string());
    let edition = source.edition.as_deref().map(edition).filter(|it| !it.is_empty());
    let issue = match (&date, edition) {
        (Some(date), Some(edition)) => Some(format!("{date}({edition})")),
        (Some(date), None) => Some(date.clone()),
        (None, Some(edition)) => Some(format!("({edition})")),
        (None, None) => None,
    };
    let published: Vec<&str> = place.into_iter().chain(issue.as_deref()).collect();
    let parts = [
        authors(front),
        Some(format!("{title}[{kind}]")),
        (!published.is_empty()).then(|| published.join(", ")),
        url.map(str::to_owned),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    format!("{}.", parts.join(". "))
}

/// Who made it, three at most.
fn authors(front: &FrontMatter) -> Option<String> {
    let names = front.byline.iter().map(|it| it.name.as_str());
    let mut names: Vec<&str> = names.take(AUTHORS + 1).collect();
    if names.len() > AUTHORS {
        names[AUTHORS] = "等";
    }
    (!names.is_empty()).then(|| names.join(", "))
}

/// The number of an edition: 第5版 → 5, A05版 → A05.
fn edition(written: &str) -> &str {
    written.trim().trim_start_matches('第').trim_end_matches(['版', '面']).trim()
}
