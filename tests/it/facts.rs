//! What a text names: people, organisations, projects, figures; each a sentence and what is read from it.

use digest_site::facts::{self, Facts, Given, Kind, Milestone, Status, Year};
use digest_site::gazetteer::Gazetteer;
use digest_site::text::fold::Folded;

fn read(text: &str) -> Facts {
    let folded = Folded::new(text);
    let names = Gazetteer::built_in().read_folded(&folded, &[]).names;
    facts::read(&folded, &names, &Given::default())
}

/// The names of one kind, folded.
fn named(text: &str, kind: Kind) -> Vec<String> {
    read(text).names.into_iter().filter(|it| it.kind == kind).map(|it| it.name).collect()
}

/// People as `name@office`, in the script of the text.
fn people(text: &str) -> Vec<String> {
    let facts = read(text);
    let person = |it: &facts::Name| {
        let office = it.offices.first().map(|it| &text[it.span.clone()]).unwrap_or_default();
        format!("{}@{office}", it.written(text))
    };
    facts.names.iter().filter(|it| it.kind == Kind::Person).map(person).collect()
}

/// Figures as `number|unit|low|what`.
fn figures(text: &str) -> Vec<String> {
    let figure = |it: facts::Figure| {
        format!("{}|{}|{}|{}", &text[it.number], &text[it.unit], it.low, &text[it.what])
    };
    read(text).figures.into_iter().map(figure).collect()
}

#[test]
fn people_and_their_offices() {
    for (text, expected) in [
        ("潍坊代市长林一山赴诸城调研。", &["林一山@潍坊代市长"][..]),
        ("即墨區委書記韓望海表示，項目要快。", &["韓望海@即墨區委書記"]),
        ("会议由林一山市长主持。", &["林一山@市长"]),
        (
            "市委常委、副市长、高新区党工委书记周远帆出席。",
            &["周远帆@市委常委、副市长、高新区党工委书记"],
        ),
        ("海岸协会会长陈河才介绍，今年更好。", &["陈河才@海岸协会会长"]),
        ("海岸光芯董事长兼总裁陆鸣海表示支持。", &["陆鸣海@海岸光芯董事长兼总裁"]),
        ("海岸商会（海商会）会长陈河才介绍。", &["陈河才@海岸商会（海商会）会长"]),
        ("本报专访海岸市委书记林一山。", &["林一山@海岸市委书记"]),
        // Three characters or two: what is likelier with the words behind.
        ("市长张伟表示支持。", &["张伟@市长"]),
        ("副市长欧阳明远、局长司马兰出席。", &["欧阳明远@副市长", "司马兰@局长"]),
        ("任命林一山为市财政局局长。", &["林一山@市财政局局长"]),
        ("中信银行苏州分行行长林一山表示支持。", &["林一山@中信银行苏州分行行长"]),
        ("副州长阿依古丽·买买提说，很好。", &["阿依古丽·买买提@副州长"]),
        ("首席执行官Priya Nair到访。", &["Priya Nair@首席执行官"]),
        // No people.
        ("总工程师办公室负责，部长城墙。", &[]),
        ("市长途汽车站今天启用。", &[]),
        ("项目经理部进场施工。", &[]),
    ] {
        assert_eq!(people(text), expected, "{text}");
    }
}

#[test]
fn later_mentions_join_the_first() {
    let text = "潍坊代市长林一山到诸城。林一山说，要加快。林市长还去了车间，王市长没有来。";
    let facts = read(text);
    let [person] = facts.names.as_slice() else { panic!("{facts:#?}") };
    let written: Vec<&str> = person.mentions.iter().map(|it| &text[it.span.clone()]).collect();
    assert_eq!(written, ["林一山", "林一山", "林市长"]);
}

#[test]
fn organisations_and_their_short_names() {
    let text = "诸城市驰远橡胶科技有限公司昨日投产。诸城驰远橡胶科技有限公司成立于2021年，驰远橡胶的前身是安驰轮胎。";
    let facts = read(text);
    let names: Vec<(&str, usize)> =
        facts.names.iter().map(|it| (it.name.as_str(), it.mentions.len())).collect();
    assert_eq!(names, [("诸城市驰远橡胶科技有限公司", 3), ("安驰轮胎", 1)]);
    for (text, expected) in [
        ("记者从余姚市交通局了解到，市交通局已安排。", &["余姚市交通局"][..]),
        ("省商务厅与市住房和城乡建设局联合发文。", &["省商务厅", "市住房和城乡建设局"]),
        ("由中铁十五局负责施工。", &["中铁十五局"]),
        ("廣東省體改研究會與澳門大學合辦。", &["广东省体改研究会", "澳门大学"]),
        ("吸引了特斯拉、Google等企业。", &["特斯拉", "Google"]),
        // None: heads that name nothing, and ordinary words.
        ("该公司是上市公司，各大学和有关部门参加。", &[]),
        ("大学生就业，当局势紧张时签署协议，打开局面。", &[]),
        ("诸城汽车产业和新能源汽车出口增长。", &[]),
    ] {
        assert_eq!(named(text, Kind::Organisation), expected, "{text}");
    }
}

#[test]
fn projects_and_documents() {
    for (text, expected) in [
        ("余梁公路北延工程昨日开工。", &["余梁公路北延工程"][..]),
        ("望海片区城市更新综合提升项目加快推进。", &["望海片区城市更新综合提升项目"]),
        ("地铁3号线二期通过验收。", &["地铁3号线二期"]),
        ("“北望里”商业街开街。", &["“北望里”商业街"]),
        ("“海河1938文创产业园”开园。", &["海河1938文创产业园"]),
        ("望安高速“四改八”工程完工。", &["望安高速“四改八”工程"]),
        ("望安铁路扩能改造二期开工。", &["望安铁路扩能改造二期"]),
        ("台中港北堤路拓宽工程开工，北堤路拓宽工程全长5公里。", &["台中港北堤路拓宽工程"]),
        ("苗栗縣政府推動「白沙屯漁業環境改造計畫」。", &["白沙屯渔业环境改造计画"]),
        ("企业投资11亿元建设通航发动机维修基地。", &["通航发动机维修基地"]),
        ("另一条铁路开工，全线最长隧道贯通，本周六大桥封闭。", &[]),
        ("开通越南外贸航线3条，从北京坐高铁来。", &[]),
        ("重点项目、重大工程和208个产业项目。", &[]),
        ("项目经理说，工程师守住安全底线，进入新阶段。", &[]),
    ] {
        assert_eq!(named(text, Kind::Project), expected, "{text}");
    }
    let text = "印发《青岛市海洋经济发展规划》，《海岸时报》报道。";
    assert_eq!(named(text, Kind::Document), ["青岛市海洋经济发展规划"]);
    assert_eq!(named(text, Kind::Organisation), ["海岸时报"]);
}

#[test]
fn figures_and_what_they_are_about() {
    for (text, expected) in [
        ("项目总投资428亿元。", &["428亿|元|42800000000|项目总投资"][..]),
        ("实施重点产业项目190余个。", &["190余|个|190|重点产业项目"]),
        ("加快208个重点产业项目建设。", &["208|个|208|重点产业项目建设"]),
        ("用水需求提高至3萬5600CMD。", &["3萬5600|CMD|35600|用水需求"]),
        ("总投资6-8亿元，占地约1,250亩。", &["6-8亿|元|600000000|总投资", "1,250|亩|1250|占地"]),
        ("面积三万七千多平方米。", &["三万七千多|平方米|37000|面积"]),
        ("销售额达70亿。", &["70亿||7000000000|销售额"]),
        ("授信额度12个亿。", &["12个亿||1200000000|授信额度"]),
        (
            "营业收入由120亿元增加到150亿元。",
            &["120亿|元|12000000000|营业收入", "150亿|元|15000000000|营业收入"],
        ),
        // Dates, ages, clock times, ordinals, roads, models, idioms.
        ("2023年3月10日10时30分，35岁的他走G20高速，第三次坐上C919。", &[]),
        ("三大平台、四个中心、一系列措施千方百计推进，十分重要。", &[]),
    ] {
        assert_eq!(figures(text), expected, "{text}");
    }
}

#[test]
fn ranges_and_decimals_in_words() {
    for (text, low, high) in [
        ("总投资6亿元至8亿元。", 6e8, 8e8),
        ("占比5%至8%。", 5.0, 8.0),
        ("投资十亿元至二十亿元。", 1e9, 2e9),
        ("占地七八百亩。", 700.0, 800.0),
        ("总投资二点五亿元。", 2.5e8, 2.5e8),
    ] {
        let found = read(text).figures;
        let values: Vec<(f64, f64)> = found.iter().map(|it| (it.low, it.high)).collect();
        assert_eq!(values, [(low, high)], "{text}");
    }
    // Two figures: it grew.
    assert_eq!(read("投资由6亿元到8亿元。").figures.len(), 2);
}

#[test]
fn words_for_stages_are_no_pieces_of_others() {
    for (text, status) in [
        ("虚拟现实企业去年营收3亿元。", Some(Status::Done)),
        ("产值达到20亿元。", Some(Status::Done)),
        ("拟投资3亿元。", Some(Status::Planned)),
    ] {
        assert_eq!(read(text).figures[0].status, status, "{text}");
    }
    let steps = |text: &str| -> Vec<(Milestone, bool)> {
        let names = read(text).names;
        let project = names.iter().find(|it| it.kind == Kind::Project).expect("a project");
        project.steps.iter().map(|it| (it.milestone, it.planned)).collect()
    };
    for (text, expected) in [
        ("青岛未来路提升工程开工。", &[(Milestone::Started, false)][..]),
        ("将军山隧道工程今日完工。", &[(Milestone::Finished, false)]),
        ("望安高速距离全线通车又近一步。", &[]),
        ("望安高速通车典礼推迟。", &[]),
        ("望安高速预计年底通车。", &[(Milestone::Opened, true)]),
    ] {
        assert_eq!(steps(text), expected, "{text}");
    }
}

#[test]
fn surnames_join_inside_a_clause() {
    let text = "市长刘望舒致辞，局长欧阳海澜主持。会后刘市长说，记者陪同欧阳局长参观。";
    let times: Vec<usize> = read(text)
        .names
        .iter()
        .filter(|it| it.kind == Kind::Person)
        .map(|it| it.mentions.len())
        .collect();
    assert_eq!(times, [2, 2]);
}

#[test]
fn figures_know_how_exact_they_are_and_how_far() {
    let text = "计划投资约6亿元。已完成投资逾3亿元。签约项目20个。";
    let facts = read(text);
    let told: Vec<_> = facts.figures.iter().map(|it| (it.exactness, it.status)).collect();
    assert_eq!(
        told,
        [
            (facts::Exactness::About, Some(facts::Status::Planned)),
            (facts::Exactness::Over, Some(facts::Status::Done)),
            (facts::Exactness::Exact, Some(facts::Status::Signed)),
        ]
    );
}

#[test]
fn offices_have_the_day_that_the_text_gives() {
    for (text, expected) in [
        ("2021年12月，林一山任海岸市市长。", Some((2021, 12))),
        ("林一山2023年3月起担任海岸市委书记。", Some((2023, 3))),
        ("海岸市市长林一山说，2021年12月开工。", None),
    ] {
        let people = read(text).names.into_iter().find(|it| it.kind == Kind::Person);
        let office = people.expect("a person").offices.remove(0);
        let day = office.day.map(|it| match (it.year, it.month) {
            (Year::Named(year), Some(month)) => (year, month),
            other => panic!("{text}: {other:?}"),
        });
        assert_eq!(day, expected, "{text}");
    }
}
