use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use headless_chrome::protocol::cdp::types::Event;
use headless_chrome::{Browser, LaunchOptions, Tab};

use crate::support::{Site, article};

/// Where the site stands on its host: not at the root.
const BASE: &str = "/news/";

/// The time that the slowest machine may take for one step.
const PATIENCE: Duration = Duration::from_secs(30);

/// The outputs of a site, served.
struct Server {
    origin: String,
    /// Whether it answers nothing, as without a network.
    offline: Arc<AtomicBool>,
}

impl Server {
    /// Serves files, with a strict policy or with none.
    fn start(files: BTreeMap<String, Vec<u8>>, policy: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let (files, offline) = (Arc::new(files), Arc::new(AtomicBool::new(false)));
        let is_offline = Arc::clone(&offline);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let files = Arc::clone(&files);
                if !is_offline.load(Ordering::SeqCst) {
                    std::thread::spawn(move || answer(&stream, &files, policy));
                }
            }
        });
        Self { origin, offline }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{BASE}{path}", self.origin)
    }
}

/// Answers one request, and closes the connection.
fn answer(mut stream: &TcpStream, files: &BTreeMap<String, Vec<u8>>, policy: bool) {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let request = lines.next().unwrap_or_default();
    lines.take_while(|it| !it.is_empty()).for_each(drop);
    let target = request.split(' ').nth(1).unwrap_or_default();
    let path = target.split('?').next().unwrap_or_default();
    let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
    let route = path.strip_prefix(BASE).map(|it| format!("/{it}"));
    let (status, body) = match route.as_ref().and_then(|it| files.get(it)) {
        Some(body) => ("200 OK", body.as_slice()),
        None => ("404 Not Found", &b""[..]),
    };
    let kind = match path.rsplit('.').next() {
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("svg") => "image/svg+xml",
        Some("gz" | "bin") => "application/octet-stream",
        _ => "text/html; charset=utf-8",
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n{}\r\n",
        body.len(),
        if policy { "Content-Security-Policy: default-src 'self'\r\n" } else { "" }
    );
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
}

/// A browser with one tab, and what went wrong in it.
struct Reader {
    server: Server,
    tab: Arc<Tab>,
    troubles: Arc<Mutex<Vec<String>>>,
    _browser: Browser,
}

impl Reader {
    /// Opens a page of the site; fails where there is no Chromium.
    fn open(site: &Site, path: &str) -> Self {
        Self::of(Server::start(site.bytes(), true), path)
    }

    fn of(server: Server, path: &str) -> Self {
        let options = LaunchOptions::default_builder()
            .sandbox(false)
            .idle_browser_timeout(PATIENCE)
            .build()
            .expect("good options");
        let browser =
            Browser::new(options).expect("Chromium is installed (apt-get install chromium)");
        let tab = browser.new_tab().expect("a tab");
        let troubles = Arc::new(Mutex::new(Vec::new()));
        tab.enable_log().expect("it tells").enable_runtime().expect("it tells");
        let (told, origin) = (Arc::clone(&troubles), server.origin.clone());
        let listen = move |event: &Event| {
            let trouble = match event {
                Event::LogEntryAdded(it) => Some(format!("{:?}", it.params.entry)),
                Event::RuntimeExceptionThrown(it) => Some(format!("{:?}", it.params)),
                Event::NetworkRequestWillBeSent(it) => {
                    let url = &it.params.request.url;
                    (!url.starts_with(&origin) && !url.starts_with("data:"))
                        .then(|| format!("a request to {url}"))
                }
                _ => None,
            };
            told.lock().expect("no panic").extend(trouble);
        };
        tab.add_event_listener(Arc::new(listen)).expect("it listens");
        tab.call_method(headless_chrome::protocol::cdp::Network::Enable {
            max_total_buffer_size: None,
            max_resource_buffer_size: None,
            max_post_data_size: None,
            report_direct_socket_traffic: None,
            enable_durable_messages: None,
        })
        .expect("it tells of requests");
        let reader = Self { server, tab, troubles, _browser: browser };
        reader.go(path);
        reader
    }

    fn go(&self, path: &str) {
        self.tab.navigate_to(&self.server.url(path)).expect("it goes");
        self.tab.wait_until_navigated().expect("it arrives");
    }

    /// The text that an expression gives.
    fn text(&self, expression: &str) -> String {
        let result = self.tab.evaluate(expression, true).expect("an expression");
        result.value.map_or(String::new(), |it| it.as_str().map_or(it.to_string(), str::to_owned))
    }

    /// Waits until an expression holds.
    fn wait(&self, expression: &str) {
        let start = Instant::now();
        while self.text(expression) != "true" {
            assert!(
                start.elapsed() < PATIENCE,
                "{expression} never held: {}\n{:?}",
                self.text("document.querySelector('main').innerText"),
                self.troubles.lock()
            );
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    /// Types into the search field of the page.
    fn type_in(&self, text: &str) {
        let set = format!(
            "document.querySelector('input[name=q]').focus(); document.querySelector('input[name=q]').value = ''; {text:?}"
        );
        self.text(&set);
        self.tab.type_str(text).expect("it types");
    }

    /// The addresses of the results on the search page, in order, once there are so many.
    fn results(&self, count: usize) -> Vec<String> {
        self.wait(&format!("document.querySelectorAll('.results li a').length == {count} && !document.querySelector('[aria-busy]')"));
        let all = self.text("Array.from(document.querySelectorAll('.results li a'), it => it.getAttribute('href')).join(' ')");
        all.split(' ').filter(|it| !it.is_empty()).map(str::to_owned).collect()
    }

    fn path(&self) -> String {
        self.text("location.pathname + location.search")
    }

    /// Nothing went wrong: no error, no request off the site.
    fn assert_calm(&self) {
        assert_eq!(*self.troubles.lock().expect("no panic"), [""; 0]);
    }
}

/// A site of two scripts with articles that have the pairs of a phrase and not the phrase.
fn site() -> Site {
    let mut site = Site::new(&format!(
        "-- site.toml --\ntitle = \"要闻\"\nbase_url = \"https://a.example{BASE}\"\nscripts = [\"zh-Hans\", \"zh-Hant-TW\"]\nregion = [\"山东省\"]\n-- content/topics/sea.md --\n+++\ntitle = \"海洋经济\"\n+++\n"
    ));
    for (name, day, title, front, body) in [
        (
            "port",
            1,
            "青岛港开通新航线",
            "cities = [\"青岛市\"]\ntopics = [\"海洋经济\"]\n",
            "沿着海岸线，青岛港吞吐量增长。",
        ),
        (
            "hant",
            2,
            "採訪濰坊企業",
            "script = \"zh-Hant\"\ncities = [\"濰坊市\"]\n",
            "風箏與青島的合作。",
        ),
        ("decoy", 9, "海岛港湾与青岛", "cities = [\"青岛市\"]\n", "岛港之间，各有船来。"),
        (
            "body",
            3,
            "济南会议",
            "cities = [\"济南市\"]\n",
            "会上谈到青岛港的经验<img src=x onerror=alert(1)>。",
        ),
    ] {
        let text = article(title, front, body).replace("2023-03-10", &format!("2023-03-{day:02}"));
        site.edit(&format!("content/articles/{name}.md"), text);
    }
    site.build();
    assert_eq!(site.report(), "");
    site
}

#[test]
fn either_script_finds_what_is_written_in_the_other() {
    let reader = Reader::open(&site(), "search/?q=%E9%9D%92%E5%B3%B6");
    let found = reader.results(4);
    assert!(found.contains(&format!("{BASE}articles/port/")), "{found:?}");
    reader.go("zh-hant/search/?q=%E6%BD%8D%E5%9D%8A");
    assert_eq!(reader.results(1), [format!("{BASE}zh-hant/articles/hant/")]);
    let shown = reader.text("document.querySelector('.results').innerText");
    assert!(shown.contains("採訪濰坊企業"), "{shown}");
    // What a reader of the Traditional tree reads, 沿著, is written 沿着.
    reader.go("zh-hant/search/?q=%E6%B2%BF%E8%91%97");
    assert_eq!(reader.results(1), [format!("{BASE}zh-hant/articles/port/")]);
    reader.wait("document.querySelector('.results mark') && document.querySelector('.results mark').textContent == '沿著'");
    reader.assert_calm();
}

#[test]
fn a_page_with_the_pairs_never_stands_above_one_with_the_phrase() {
    let reader = Reader::open(&site(), "search/?q=%E9%9D%92%E5%B2%9B%E6%B8%AF");
    let found = reader.results(3);
    assert_eq!(found, ["port", "body", "decoy"].map(|it| format!("{BASE}articles/{it}/")));
    reader.wait("document.querySelectorAll('.results mark').length > 2");
    assert_eq!(reader.text("document.images.length"), "0");
    reader.assert_calm();
}

/// Pairs that hardly any article has share buckets; notes, captions and the sides of a note's number are text too.
#[test]
fn rare_pairs_and_notes_are_found() {
    let mut site = Site::new(&format!(
        "-- site.toml --\ntitle = \"要闻\"\nbase_url = \"https://a.example{BASE}\"\n"
    ));
    for n in 0..400_u32 {
        let odd = |i: u32| char::from_u32(0x4e00 + (n * 37 + i * 101) % 4000).unwrap_or('一');
        let body: String = (0..30).map(odd).collect();
        let more = match n {
            7 => "前文[^1]。\n\n[^1]: 脚注里的鹇鹄。",
            8 => "鳜[^a]鳝一句。\n\n[^a]: 注。",
            9 => "见![鲟鳇图](/a.jpg)后文。",
            _ => "",
        };
        let text = article(&format!("第{n}篇"), "", &format!("{body}。{more}"));
        site.edit(&format!("content/articles/n{n}.md"), text);
    }
    site.build();
    let reader = Reader::open(&site, "search/");
    for (query, found) in [("鹇鹄", "n7"), ("脚注里", "n7"), ("鳜鳝", "n8"), ("鲟鳇", "n9")]
    {
        reader.type_in(query);
        reader.wait(&format!("document.querySelector('.status').textContent != '' && new URLSearchParams(location.search).get('q') == '{query}'"));
        assert_eq!(reader.results(1), [format!("{BASE}articles/{found}/")], "{query}");
    }
    reader.type_in("鹇鳝");
    reader.wait("document.querySelectorAll('.results li').length == 0 && !document.querySelector('[aria-busy]') && new URLSearchParams(location.search).get('q') == '鹇鳝'");
    reader.assert_calm();
}

#[test]
fn filters_and_one_character() {
    let reader = Reader::open(&site(), "search/?q=%E9%9D%92%E5%B2%9B&city=370100");
    assert_eq!(reader.results(1), [format!("{BASE}articles/body/")]);
    reader.go("search/?q=%E9%9D%92%E5%B2%9B&topic=sea&year=2023");
    assert_eq!(reader.results(1), [format!("{BASE}articles/port/")]);
    reader.go("search/?q=%E9%B2%81");
    reader.wait("document.querySelector('.entities a') !== null");
    assert_eq!(
        reader.text("document.querySelector('.entities a').getAttribute('href')"),
        format!("{BASE}cities/shandong/")
    );
    reader.go("search/?q=%E6%B8%AF");
    assert_eq!(reader.results(2).len(), 2);
    reader.assert_calm();
}

#[test]
fn names_lead_to_their_pages_in_either_script() {
    let mut site = site();
    for n in 1..=2 {
        let body = "市发展和改革委员会主任林望舒介绍，望海轮胎有限公司的潮头产业园项目开工。";
        let text = article(&format!("项目新闻{n}"), "cities = [\"青岛市\"]\n", body);
        site.edit(&format!("content/articles/name{n}.md"), text);
    }
    site.build();
    let reader = Reader::open(&site, "search/");
    for (folder, query, page, kind) in [
        ("", "林望舒", "people/林望舒/", "人物"),
        ("", "望海轮胎", "organisations/望海轮胎有限公司/", "机构"),
        ("zh-hant/", "望海輪胎", "organisations/望海轮胎有限公司/", "機構"),
        ("zh-hant/", "潮头产业园项目", "projects/潮头产业园项目/", "計畫"),
    ] {
        reader.go(&format!("{folder}search/?q={}", encoded(query)));
        reader.wait("document.querySelector('.entities a') !== null");
        let link =
            reader.text("decodeURI(document.querySelector('.entities a').getAttribute('href'))");
        assert_eq!(link, format!("{BASE}{folder}{page}"), "{query}");
        let shown = reader.text("document.querySelector('.entities').textContent");
        assert!(shown.contains(kind), "{query}: {shown}");
    }
    reader.assert_calm();
}

#[test]
fn figures_of_all_pages_are_filtered_and_sorted() {
    let mut site = Site::new(&format!(
        "-- site.toml --\ntitle = \"要闻\"\nbase_url = \"https://a.example{BASE}\"\nscripts = [\"zh-Hans\", \"zh-Hant-TW\"]\nregion = [\"山东省\"]\n\n[build]\npage_size = 1\n"
    ));
    let money: Vec<String> = (11..61).map(|n| format!("望海工程第{n}期投资{n}亿元。")).collect();
    let money = money.concat();
    let front = "cities = [\"青岛市\"]\n";
    for (name, body) in
        [("money", money.as_str()), ("land", "青岛的望海工程占地680亩，潮头工程占地2公顷。")]
    {
        site.edit(&format!("content/articles/{name}.md"), article(name, front, body));
    }
    // More pages than are asked for at a time.
    for number in 1..=10 {
        let body = format!("青岛的望海工程修路{number}公里。");
        let name = format!("zroad{number}");
        site.edit(&format!("content/articles/{name}.md"), article(&name, front, &body));
    }
    site.build();
    assert_eq!(site.report(), "");
    let reader = Reader::open(&site, "figures/");
    let count = "document.querySelectorAll('.filter ~ .scroll tbody tr:not(.group)').length";
    let set = |name: &str, value: &str| {
        reader.text(&format!(
            "(() => {{ const it = document.querySelector('.filter').elements[{name:?}]; it.value = {value:?}; it.dispatchEvent(new Event('input', {{ bubbles: true }})); return ''; }})()"
        ));
    };
    reader.wait("!document.querySelector('.filter').hidden");
    // Those of one article.
    assert_eq!(reader.text(count), "2");
    // 望海工程第40期 stands on another page.
    set("q", "投資 40億");
    reader.wait(&format!(
        "{count} == 1 && document.querySelector('.filter output').textContent.startsWith('1 / 62')"
    ));
    assert!(
        reader.text("document.querySelector('.from a').getAttribute('href')").starts_with(BASE)
    );
    set("q", "占地");
    reader.wait(&format!("{count} == 2"));
    reader.text("document.querySelector('th[data-key=value] button').click()");
    // 680 mu are more than 2 hectares.
    assert!(reader.text("document.querySelector('tbody tr').textContent").contains("680亩"));
    set("q", "没有");
    reader.wait(&format!("{count} == 0"));
    assert!(
        reader.text("document.querySelector('.filter output').textContent").contains("没有符合")
    );
    reader.assert_calm();
}

/// A text as a part of an address.
fn encoded(text: &str) -> String {
    let parts: Vec<String> = text.bytes().map(|it| format!("%{it:02X}")).collect();
    parts.concat()
}

#[test]
fn the_box_works_by_keyboard() {
    let reader = Reader::open(&site(), "about/");
    reader.tab.press_key("/").expect("it presses");
    assert_eq!(reader.text("document.activeElement.name"), "q");
    reader.type_in("濰坊");
    reader.wait("document.querySelectorAll('[role=option]').length > 1");
    assert_eq!(reader.text("document.activeElement.getAttribute('aria-expanded')"), "true");
    reader.tab.press_key("ArrowDown").expect("it presses");
    reader.wait("document.querySelector('[aria-selected=true]') !== null");
    assert_eq!(
        reader.text("document.activeElement.getAttribute('aria-activedescendant') == document.querySelector('[aria-selected=true]').id"),
        "true"
    );
    reader.tab.press_key("Escape").expect("it presses");
    reader.wait("document.activeElement.getAttribute('aria-expanded') == 'false'");
    reader.tab.press_key("ArrowDown").expect("it presses");
    reader.wait("document.querySelectorAll('[role=option]').length > 1");
    reader.tab.press_key("ArrowDown").expect("it presses");
    reader.tab.press_key("Enter").expect("it presses");
    reader.wait(&format!("location.pathname == '{BASE}cities/weifang/'"));
    reader.assert_calm();
}

#[test]
fn the_switch_stays_on_the_page() {
    let reader = Reader::open(&site(), "articles/port/");
    for lang in ["zh-Hant-TW", "zh-Hans"] {
        reader.text(&format!("document.querySelector('.scripts a[hreflang={lang}]').click()"));
        let folder = if lang == "zh-Hans" { "" } else { "zh-hant/" };
        reader.wait(&format!("location.pathname == '{BASE}{folder}articles/port/' && document.documentElement.lang == '{lang}'"));
    }
    reader.assert_calm();
}

#[test]
fn what_was_fetched_is_found_again_without_a_network() {
    let reader = Reader::open(&site(), "search/?q=%E9%9D%92%E5%B2%9B");
    assert_eq!(reader.results(4).len(), 4);
    reader.server.offline.store(true, Ordering::SeqCst);
    reader.type_in("青島");
    reader.wait("location.search.includes('%E9%9D%92%E5%B3%B6')");
    assert_eq!(reader.results(4).len(), 4);
    assert_eq!(reader.path(), format!("{BASE}search/?q=%E9%9D%92%E5%B3%B6"));
}

/// What tries to run in a page, each in its own way.
const PAYLOADS: [&str; 9] = [
    "<script>hit()</script>",
    "\"><img src=x onerror=hit()>",
    "'><svg onload=hit()>",
    "</script><script>hit()</script>",
    "</title></style></textarea><script>hit()</script>",
    "<a href=javascript:hit()>青岛</a>",
    "{{ site.title }}{% raw %}",
    "]]><!--<script>hit()//-->",
    "&lt;script&gt;hit()&lt;/script&gt;",
];

/// A site that says these things wherever something may be said.
fn hostile(html: bool) -> Site {
    let said = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let all = PAYLOADS.join(" ");
    let mut site = Site::new(&format!(
        "-- site.toml --\ntitle = {0}\ndescription = {0}\nbase_url = \"https://a.example{BASE}\"\nscripts = [\"zh-Hans\", \"zh-Hant-TW\"]\n[author]\nname = {0}\n[markdown]\nhtml = {html}\n[build]\npublish_raw = true\n[words]\n\"青<b>\" = \"青<script>hit()</script>\"\n",
        said(&all)
    ));
    let front =
        format!("+++\ntitle = {0}\naliases = [{0}]\nmatch = [\"青岛\"]\n+++\n{all}\n", said(&all));
    site.edit("content/topics/sea.md", front);
    site.edit(
        "content/places/370200.md",
        format!("+++\naliases = [{}]\n+++\n{all}\n", said("琴<b>")),
    );
    site.edit(
        "content/people/liu.md",
        format!("+++\nname = \"刘建军\"\naliases = [{}]\n+++\n{all}\n", said(&all)),
    );
    for (number, payloads) in PAYLOADS.chunks(3).enumerate() {
        let payload = payloads.join(" ");
        let it = said(&payload);
        let raw = format!("content/inbox/r{number}.txt");
        let text = format!("{payload}\n");
        let hash = digest_site::article::provenance::sha256(text.as_bytes());
        site.edit(&raw, text);
        let front = format!(
            "title = {it}\nsubtitle = {it}\ndate = 2024-05-0{}\nsource = {{ name = {it}, url = \"https://a.example/?a=%22%3E%3Cscript%3Ehit()%3C/script%3E&b='\", edition = {it}, column = {it}, section = [{it}] }}\nbyline = [{{ role = {it}, name = {it}, affiliation = {it} }}]\ncities = [\"青岛\"]\nsummary = {it}\nrights = \"full\"\n[words]\n\"开<i>\" = \"開<script>hit()</script>\"\n[raw]\npath = \"{raw}\"\nsha256 = \"{hash}\"\n",
            number + 1
        );
        let body = format!(
            "# {payload}\n\n## {payload} {{#x\"onload=hit()}}\n\n青岛市副市长刘建军在{payload}说，投资30亿元的青岛{payload}项目开工。[^n]\n\n> {payload}\n\n- {payload}\n\n| {payload} | b |\n|---|---|\n| {payload} | 青岛 |\n\n`{payload}`\n\n```{payload}\n{payload}\n```\n\n![{payload}](javascript:hit() \"{payload}\")\n\n![a](/x.png\"onerror=hit() \"{payload}\")\n\n[x](javascript:hit()) [y](JaVaScRiPt:hit()) [z](data:text/html,<script>hit()</script>) [w](vbscript:hit()) [v](&#106;avascript:hit()) <javascript:hit()>\n\n-{{{payload}}}-\n\n[^n]: {payload}\n"
        );
        site.edit(&format!("content/articles/a{number}.md"), format!("+++\n{front}+++\n{body}"));
    }
    site.build();
    site
}

#[test]
fn nothing_that_articles_say_runs() {
    for html in [false, true] {
        let site = hostile(html);
        assert_eq!(site.built.counts.articles, 3, "{}", site.report());
        // Escaping has to do: the policy, which would stop what runs, is taken away.
        let mut files = site.bytes();
        for bytes in files.values_mut() {
            if let Ok(text) = String::from_utf8(bytes.clone()) {
                *bytes = text
                    .replace("http-equiv=\"Content-Security-Policy\"", "name=\"x\"")
                    .into_bytes();
            }
        }
        // The other tree is made by the same templates; its articles show that converting adds nothing.
        let is_wanted = |it: &&String| {
            it.ends_with('/') && (!it.starts_with("/zh-hant/") || it.contains("articles"))
        };
        let pages: Vec<String> =
            files.keys().filter(is_wanted).map(|it| it[1..].to_owned()).collect();
        assert!(pages.len() > 25, "{pages:?}");
        // One page that does run, so that it is known to be noticed.
        let control = "<!doctype html><main><script>control_hit()</script><a href=\"javascript:control_hit()\">x</a>";
        files.insert("/control/".to_owned(), control.as_bytes().to_vec());
        let pages = [pages, vec!["control/".to_owned()]].concat();
        let reader = Reader::of(Server::start(files, false), "about/");
        // All pages at once, each in a frame; what runs there asks for `hit`, which is nowhere. Links are clicked too.
        let look = format!(
            "Promise.all({pages:?}.map((page) => new Promise((done) => {{\n\
                const frame = document.createElement('iframe');\n\
                frame.onload = () => {{\n\
                    frame.onload = null;\n\
                    const all = (it) => [...frame.contentDocument.querySelectorAll(it)];\n\
                    const foreign = all('[href],[src]').filter((it) => /^(javascript|data|vbscript):/i.test(it.href || it.src));\n\
                    const live = all('[onerror],[onload],[onclick],iframe,object,embed,script:not([src]):not([type])');\n\
                    foreign.forEach((it) => it.click());\n\
                    const isWhole = frame.contentDocument.querySelector('main, meta[http-equiv=refresh]');\n\
                    done(foreign.length + live.length || !isWhole ? page : '');\n\
                }};\n\
                frame.src = {BASE:?} + page;\n\
                document.body.append(frame);\n\
            }}))).then((all) => all.join(''))"
        );
        let result = reader.tab.evaluate(&look, true).expect("an expression");
        assert_eq!(result.value, Some("control/".into()), "pages with something live");
        // What a click runs, it runs a little later.
        let has_run =
            |it: &Vec<String>| it.iter().filter(|it| it.contains("control_hit")).count() == 2;
        let patience = Instant::now() + Duration::from_secs(20);
        while !has_run(&reader.troubles.lock().expect("no panic")) {
            assert!(
                Instant::now() < patience,
                "the control was not noticed: {}",
                reader.troubles.lock().expect("no panic").join("\n")
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        let troubles = reader.troubles.lock().expect("no panic");
        // A request for a picture that is not there has the name too.
        let is_run = |it: &&String| it.contains("hit") && !it.contains("source: Network");
        let mut ran = troubles.iter().filter(is_run).filter(|it| !it.contains("control_hit"));
        assert_eq!(ran.next(), None);
    }
}
