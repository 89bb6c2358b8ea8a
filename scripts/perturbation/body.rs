//! Counties and the bodies in them, with the variants of their names.

use super::random::Random;

const COUNTIES: [&str; 8] = ["示例县", "示例县", "清源县", "清源县", "清源县", "安和区", "安和区", "临泽市"];
const FIRST: [&str; 20] = [
    "青", "白", "红", "金", "清", "永", "新", "东", "西", "南", "北", "龙", "凤", "云", "松", "柳", "桃", "竹", "梅",
    "石",
];
const SECOND: [&str; 14] = ["山", "水", "河", "溪", "岭", "桥", "坪", "湾", "塘", "洲", "泉", "林", "峰", "关"];
const OFFICES: [&str; 22] = [
    "财政局",
    "教育局",
    "民政局",
    "司法局",
    "水利局",
    "农业农村局",
    "卫生健康局",
    "应急管理局",
    "市场监督管理局",
    "交通运输局",
    "审计局",
    "统计局",
    "林业局",
    "医疗保障局",
    "行政审批服务局",
    "住房和城乡建设局",
    "自然资源局",
    "文化和旅游局",
    "人力资源和社会保障局",
    "发展和改革局",
    "信访局",
    "公安局",
];

/// The kind of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CellKind {
    Township,
    Subdistrict,
    Office,
}

impl CellKind {
    /// Returns the word of the roster's column `kind`.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Township => "township",
            Self::Subdistrict => "subdistrict",
            Self::Office => "department",
        }
    }
}

/// A body that reports.
#[derive(Debug, Clone)]
pub(crate) struct Body {
    pub(crate) kind: CellKind,
    /// The county's name.
    pub(crate) county: String,
    /// The short name: 甲山镇, 财政局.
    pub(crate) short: String,
}

impl Body {
    /// Returns the full official name: 示例县甲山镇人民政府, 示例县财政局.
    pub(crate) fn full(&self) -> String {
        format!("{}{}", self.county, self.middle())
    }

    /// Returns the official name without the county: 甲山镇人民政府, 甲山街道办事处, 财政局.
    pub(crate) fn middle(&self) -> String {
        match self.kind {
            CellKind::Township => format!("{}人民政府", self.short),
            CellKind::Subdistrict => format!("{}办事处", self.short),
            CellKind::Office => self.short.clone(),
        }
    }

    /// Returns the name with the county's level in front: 县财政局; names of townships and subdistricts are unchanged.
    pub(crate) fn local(&self) -> String {
        match self.kind {
            CellKind::Office => format!("{}{}", self.county.chars().last().expect("a name"), self.short),
            _ => self.short.clone(),
        }
    }

    /// Returns a random variant of the name.
    pub(crate) fn any(&self, random: &mut Random) -> String {
        match random.below(4) {
            0 => self.full(),
            1 => self.middle(),
            2 => self.local(),
            _ => self.short.clone(),
        }
    }
}

/// Returns a random county.
pub(crate) fn county(random: &mut Random) -> String {
    COUNTIES[random.below(COUNTIES.len())].to_owned()
}

/// Returns different bodies of a county.
pub(crate) fn bodies(county: &str, count: usize, random: &mut Random) -> Vec<Body> {
    let mut bodies: Vec<Body> = Vec::new();
    while bodies.len() < count {
        let place = format!("{}{}", FIRST[random.below(FIRST.len())], SECOND[random.below(SECOND.len())]);
        let (kind, short) = match (bodies.len() % 3, random.below(3)) {
            (2, _) => (CellKind::Office, OFFICES[random.below(OFFICES.len())].to_owned()),
            (_, 0) => (CellKind::Subdistrict, format!("{place}街道")),
            (_, 1) => (CellKind::Township, format!("{place}乡")),
            _ => (CellKind::Township, format!("{place}镇")),
        };
        let (head, _) = short.split_at(short.char_indices().nth(2).expect("three characters").0);
        if bodies.iter().all(|other| !other.short.starts_with(head)) {
            bodies.push(Body { kind, county: county.to_owned(), short });
        }
    }
    bodies
}
