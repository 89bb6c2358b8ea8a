use proptest::prelude::*;

use super::*;

fn setting<'a>(words: &'static ClaimWords, names: &'a [String]) -> Setting<'a> {
    Setting {
        words,
        section: Some("overview"),
        place: None,
        year: RunYear::new(Some(2025)),
        names,
        applications: false,
        of_this_year: true,
    }
}

/// Returns the claims of a sentence as text; `?` marks partial ones, `@` precedes the year if one is stated.
fn read(text: &str) -> String {
    static NAMES: std::sync::OnceLock<Vec<String>> = std::sync::OnceLock::new();
    let names = NAMES.get_or_init(|| vec!["甲山镇".to_owned()]);
    let setting = setting(ClaimWords::official().expect("data file is well formed"), names);
    let mut found = Vec::new();
    for sentence in sentences(text) {
        read_numbers(&sentence, &setting, &mut found);
        denial::read(&sentence, &setting, &mut found);
    }
    let line = |claim: Claim| {
        let year = claim.year.map(|year| format!("@{year}")).unwrap_or_default();
        format!("{}={}{year}{}", claim.subject.id, claim.value.normalize(), if claim.is_partial { "?" } else { "" })
    };
    found.into_iter().map(line).collect::<Vec<_>>().join(" ")
}

#[test]
fn claims_as_they_are_made() {
    for (text, expected) in [
        ("2025年，甲山镇共收到政府信息公开申请3件，均已按时办结", "received=3@2025"),
        ("全年新收政府信息公开申请５件", "new=5"),
        ("本年度共收到3件政府信息公开申请", "received=3"),
        ("收到依申请公开申请5件，其中自然人4件，法人或其他组织1件", "received=5 natural_person=4 organisation=1"),
        (
            "共受理政府信息公开申请5件，上年结转1件，办结4件，结转下年度2件",
            "received=5 carried_in=1 concluded=4 carried_out=2",
        ),
        (
            "收到政府信息公开申请十二件，其中新收11件，2024年结转1件，予以公开6件、部分公开2件、不予公开1件，结转2026年3件",
            "received=12 new=11 carried_in=1 granted=6 partly_granted=2 denied=1 carried_out=3",
        ),
        ("2024年共收到政府信息公开申请2件", "received=2@2024"),
        (
            "制定行政规范性文件2件，废止1件，现行有效12件",
            "documents_issued=2 documents_repealed=1 documents_in_force=12",
        ),
        ("作出行政许可决定30件，行政处罚2件", "licences=30 penalties=2"),
        ("行政事业性收费12.5万元", "fees=12.5"),
        ("因政府信息公开被申请行政复议1件，行政诉讼0件", "reviews=1 suits=0"),
        ("政府信息公开行政复议1件（申请人撤回）、行政诉讼0件", "reviews=1 suits=0"),
        ("收到依申请公开4条，其中向社会公开3条，不掌握1条", "received=4"),
        (
            "受理依申请公开件25件，办毕25件，其中予以公开7件、部分公开5件",
            "received=25 concluded=25 granted=7 partly_granted=5",
        ),
        ("2024年因政府信息公开引发行政诉讼2件", "suits=2@2024"),
        ("未收到政府信息公开行政复议或行政诉讼", "reviews=0 suits=0"),
        ("全年没有发生因政府信息公开申请行政复议和提起行政诉讼的情况", "reviews=0 suits=0"),
        ("甲山镇未接收到政府信息公开申请", "received=0"),
        ("未收到政府信息公开申请", "received=0"),
        ("没有收到公民、法人和其他组织提出的政府信息公开申请", "received=0"),
        ("本年度未发生行政复议、行政诉讼案件", "reviews=0 suits=0"),
        ("无因政府信息公开申请行政复议、提起行政诉讼的情况", "reviews=0 suits=0"),
        ("行政复议0件，行政诉讼0件", "reviews=0 suits=0"),
        ("行政许可：共处理600件，办理结果均已公开", "licences=600"),
        ("行政处罚：作出12件；行政强制：实施0件", "penalties=12 coercive_measures=0"),
        ("收到申请公开21条", "received=21"),
        ("依申请公开3次", "on_request=3"),
        ("依申请公开情况如下：收到政府信息公开申请3件", "received=3"),
        ("收到政府信息公开申请0件，未发生行政复议和行政诉讼", "received=0 reviews=0 suits=0"),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
}

#[test]
fn what_is_no_claim() {
    for text in [
        "收到政府信息公开申请10余件",
        "网上申请3件，当面申请2件",
        "其中通过信函收到申请2件",
        "受理群众诉求12件，答复12件",
        "收到主动公开意见3件",
        "主动公开行政许可、行政处罚信息20条",
        "未收到企业的政府信息公开申请",
        "未收到关于政府信息公开申请的投诉",
        "未因政府信息公开引发行政复议被纠错",
        "未出现超期答复政府信息公开申请的情况",
        "行政复议、行政诉讼共3件，均与征地有关",
        "收到政府信息公开申请和咨询共8件",
        "公开规范性文件3件",
        "办理人大代表建议5件",
        "行政许可事项120项",
        "发布采购信息80条，其中采购公告70条，行政处罚决定10条",
        "公开行政许可120件、行政处罚30件",
        "收到群众留言24条，办结留言20条，公开答复4条",
        "受理公民、法人和其他组织向市政府提出的政府信息公开申请5件",
        "依申请公开共收到网上申请10件，邮寄2件，合计12件，上年结转1件",
        "区财政局无依申请公开信息",
        "累计收到政府信息公开申请300件",
        "受理政府信息公开申请累计300件",
        "行政复议3件，行政诉讼2件",
        "办理行政复议0件",
        "公示行政许可：共处理600件",
        "行政许可：网上处理600件",
        "县应急管理局未收到政府信息公开申请",
    ] {
        assert_eq!(read(text), "", "{text}");
    }
}

#[test]
fn partial_formatting_is_recorded() {
    for text in [
        "截至6月30日，共收到政府信息公开申请2件",
        "上半年，收到政府信息公开申请2件",
        "通过网络渠道，收到政府信息公开申请2件",
        "下属单位，收到政府信息公开申请2件",
    ] {
        assert!(read(text).ends_with('?'), "{text}: {}", read(text));
    }
    assert_eq!(read("2025年1月1日至12月31日，共收到政府信息公开申请2件"), "received=2@2025");
}

#[test]
fn the_own_name_neither_hides_nor_narrows() {
    let names = ["示例县应急管理局", "县应急管理局", "应急管理局", "县行政审批服务局"].map(str::to_owned);
    let setting = setting(ClaimWords::official().expect("data file is well formed"), &names);
    for text in [
        "2025年，示例县应急管理局未收到政府信息公开申请",
        "2025年，县应急管理局收到政府信息公开申请0件",
        "县行政审批服务局全年未收到政府信息公开申请",
        "2025年，应急管理局，未收到政府信息公开申请",
    ] {
        let mut found = Vec::new();
        for sentence in sentences(text) {
            read_numbers(&sentence, &setting, &mut found);
            denial::read(&sentence, &setting, &mut found);
        }
        assert_eq!(found.len(), 1, "{text}");
        assert!(!found[0].is_partial && found[0].subject.id == "received" && found[0].value.is_zero(), "{text}");
    }
}

proptest! {
    #[test]
    fn no_text_panics(parts in proptest::collection::vec(
        prop_oneof![
            Just("收到"), Just("政府信息公开申请"), Just("其中"), Just("，"), Just("；"), Just("、"), Just("2024年"),
            Just("未"), Just("行政复议"), Just("3件"), Just("１，２３４"), Just("万"), Just("元"), Just("十"), Just("百"),
            Just("."), Just("结转"), Just("（"), Just("㍿"), Just("ﷺ"), Just("\u{301}"), Just("余"), Just(" "),
        ], 0..24), noise in ".{0,12}") {
        let text = parts.concat();
        read(&text);
        read(&format!("{noise}{text}{noise}"));
        for sentence in sentences(&format!("{text}{noise}")) {
            for at in 0..=sentence.text.len() {
                sentence.quote(&(at..sentence.text.len()));
            }
        }
    }
}
