use std::collections::BTreeMap;

use crate::support::{Site, article};

const FONT: &str = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc";

const CONFIG: &str = "-- site.toml --\ntitle = \"要闻\"\nbase_url = \"https://a.example/news/\"\nscripts = [\"zh-Hans\", \"zh-Hant-TW\"]\n[pictures]\nfonts = [\"theme/font.ttc\"]\n";

fn site() -> Site {
    let mut site = Site::new(CONFIG);
    site.edit("theme/font.ttc", std::fs::read(FONT).expect("fonts-noto-cjk is installed"));
    site.edit("content/articles/a.md", article("老港区更新工程开工", "", "正文。"));
    site.edit("content/articles/b.md", article("“长”标题：由很多很多字组成的标题在图片上要分成几行，每一行都不以标点开头，ABC123也不拆开，再长就用省略号收住，因为图片只有这么大，写不下更多的字了", "source = \"海岸日报\"\n", "正文。"));
    site.build();
    site
}

fn pictures(site: &Site) -> BTreeMap<String, Vec<u8>> {
    let made = site.made.iter().flatten();
    let pictures = made.filter(|it| {
        it.route.as_str().ends_with("/picture.png") && it.route.as_str().contains("/articles/")
    });
    pictures.map(|it| (it.route.to_string(), it.bytes.clone())).collect()
}

#[test]
fn articles_have_pictures_in_each_script() {
    let mut site = site();
    let first = pictures(&site);
    assert_eq!(first.len(), 4);
    for bytes in first.values() {
        assert_eq!(&bytes[16..24], [0, 0, 4, 176, 0, 0, 2, 118], "1200 × 630");
    }
    assert!(first["/articles/a/picture.png"] != first["/zh-hant/articles/a/picture.png"]);
    let html = site.page("/zh-hant/articles/a/");
    let address = "https://a.example/news/zh-hant/articles/a/picture.png";
    assert!(html.contains(&format!("<meta property=\"og:image\" content=\"{address}\">")));
    assert!(
        html.contains("summary_large_image") && html.contains(&format!("\"image\":\"{address}\""))
    );
    assert!(site.outputs().keys().all(|it| !it.contains("font")), "fonts are not published");
    // Another text leaves them alone, another headline changes its own.
    site.edit("content/articles/a.md", article("老港区更新工程开工", "", "别的正文。")).build();
    assert!(pictures(&site) == first);
    site.edit("content/articles/a.md", article("老港区更新工程完工", "", "别的正文。")).build();
    let changed: Vec<String> = pictures(&site)
        .into_iter()
        .filter(|(route, it)| first[route] != *it)
        .map(|it| it.0)
        .collect();
    assert_eq!(changed, ["/articles/a/picture.png", "/zh-hant/articles/a/picture.png"]);
    let mut clean = site.fresh();
    clean.build();
    assert!(pictures(&clean) == pictures(&site));
}

#[test]
fn a_font_that_is_none_is_told() {
    let mut site = site();
    site.edit("theme/font.ttc", "no font").build();
    assert_eq!(site.ids(), ["unusable-font"], "{}", site.report());
    assert!(site.made.is_none());
    site.remove("theme/font.ttc").build();
    assert!(site.report().contains("there is no such file"), "{}", site.report());
}
