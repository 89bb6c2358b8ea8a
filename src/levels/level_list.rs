//! Reader of a list of levels: a code, a name and the parent's code for each body. The official lists of division codes
//! (GB/T 2260) have no parents: there a body is below the one whose code it extends.

use std::collections::{BTreeMap, BTreeSet};

use crate::message::Message;
use crate::spelling::key;

/// Accepted headers of the columns.
const CODE: [&str; 4] = ["code", "代码", "区划代码", "行政区划代码"];
const NAME: [&str; 4] = ["name", "名称", "区划名称", "单位名称"];
const PARENT: [&str; 4] = ["parent", "上级", "上级代码", "上级区划代码"];
/// Accepted headings of optional columns: other names of a body, and the body that it was merged into.
const ALIASES: [&str; 4] = ["aliases", "别名", "曾用名", "原名称"];
const MERGED_INTO: [&str; 4] = ["merged_into", "并入", "并入代码", "划入"];
/// Separators between the other names of a body.
const ALIAS_SEPARATORS: [char; 6] = [';', '；', '、', ',', '，', '\n'];

/// The bodies of a list of levels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LevelList {
    entries: Vec<ListedBody>,
    by_code: BTreeMap<String, usize>,
    by_name: BTreeMap<String, Vec<usize>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct ListedBody {
    name: String,
    /// Positions from the top level down to the body itself.
    path: Vec<usize>,
    /// Whether it was merged into another body.
    is_merged: bool,
}

impl LevelList {
    /// Parses the rows of a table with the columns code, name and parent. A body without a parent is at the top. Without
    /// the column parent, it is the body of the nearest code above in GB/T 2260. A body that was merged into another is
    /// placed below it, so that the years before and after can be compared.
    ///
    /// # Errors
    /// A message if a column is missing, a code occurs twice, a parent is not listed, or the parents form a cycle.
    pub fn from_rows(rows: &[Vec<String>]) -> Result<Self, Message> {
        let is_header = |row: &&Vec<String>| row.iter().any(|cell| NAME.contains(&cell.trim()));
        let header = rows.iter().find(is_header).ok_or_else(|| missing(NAME))?;
        let column = |names: [&str; 4]| {
            let found = header.iter().position(|cell| names.contains(&cell.trim_start_matches('\u{feff}').trim()));
            found.ok_or_else(|| missing(names))
        };
        let (code, name, parent) = (column(CODE)?, column(NAME)?, column(PARENT).ok());
        let (aliases, merged_into) = (column(ALIASES).ok(), column(MERGED_INTO).ok());
        let cell = |row: &Vec<String>, at: usize| row.get(at).map_or("", |cell| cell.trim()).to_owned();
        let below = rows.iter().skip_while(|row| !is_header(row)).skip(1).filter(|row| !cell(row, code).is_empty());
        let below: Vec<&Vec<String>> = below.collect();
        let optional = |row: &Vec<String>, column: Option<usize>| column.map(|at| cell(row, at)).unwrap_or_default();
        let mut bodies: Vec<[String; 3]> =
            below.iter().map(|row| [cell(row, code), cell(row, name), optional(row, parent)]).collect();
        let mut list = Self::default();
        for (at, [code, name, _]) in bodies.iter().enumerate() {
            if name.is_empty() || name.contains('/') {
                return Err(about(code, "名称为空或含有“/”", "its name is empty or has a slash"));
            }
            if list.by_code.insert(code.clone(), at).is_some() {
                return Err(about(code, "代码出现两次", "this code stands twice"));
            }
            list.by_name.entry(key(name)).or_default().push(at);
        }
        if parent.is_none() {
            list.nest_by_code(&mut bodies)?;
        }
        for (at, row) in below.iter().enumerate() {
            for alias in optional(row, aliases).split(ALIAS_SEPARATORS).map(key).filter(|alias| !alias.is_empty()) {
                let named = list.by_name.entry(alias).or_default();
                named.extend((!named.contains(&at)).then_some(at));
            }
            if let Some(into) = Some(optional(row, merged_into)).filter(|into| !into.is_empty()) {
                bodies[at][2] = list.code_of(&into, &bodies)?;
            }
        }
        for at in 0..bodies.len() {
            let path = list.path_to(at, &bodies)?;
            let is_merged = !optional(below[at], merged_into).is_empty();
            list.entries.push(ListedBody { name: bodies[at][1].clone(), path, is_merged });
        }
        refuse_twins(&bodies)?;
        Ok(list)
    }

    /// Sets the parent of each body to the listed body with the nearest code above. Where no code is above another, the
    /// codes say nothing, and the column of parents is missing.
    fn nest_by_code(&self, bodies: &mut [[String; 3]]) -> Result<(), Message> {
        for [code, _, parent] in &mut *bodies {
            let above = codes_above(code).find(|above| self.by_code.contains_key(above));
            *parent = above.unwrap_or_default();
        }
        let nested = bodies.len() < 2 || bodies.iter().any(|[_, _, parent]| !parent.is_empty());
        nested.then_some(()).ok_or_else(|| missing(PARENT))
    }

    /// Returns the code of the only body with a code or name.
    fn code_of(&self, name: &str, bodies: &[[String; 3]]) -> Result<String, Message> {
        match self.candidates_for(name).as_slice() {
            [only] => Ok(bodies[*only][0].clone()),
            _ => Err(about(
                name,
                "并入的地区不在表中，或者有几个同名的",
                "no body of the list, or one of several, is called so",
            )),
        }
    }

    /// Returns the path to a body by following its parents.
    fn path_to(&self, at: usize, bodies: &[[String; 3]]) -> Result<Vec<usize>, Message> {
        let mut path = vec![at];
        let mut last = at;
        while !bodies[last][2].is_empty() {
            let [code, _, parent] = &bodies[last];
            let next = self.by_code.get(parent);
            last = *next.ok_or_else(|| about(code, "上级代码不在表中", "its parent is not listed"))?;
            if path.contains(&last) {
                return Err(about(code, "上级关系成环", "its parents form a circle"));
            }
            path.push(last);
        }
        path.reverse();
        Ok(path)
    }

    /// Returns the name of the top body, if there is only one.
    #[must_use]
    pub fn root(&self) -> Option<&str> {
        let mut tops = self.entries.iter().filter(|entry| entry.path.len() == 1);
        tops.next().filter(|_| tops.next().is_none()).map(|top| top.name.as_str())
    }

    /// Returns the paths of the bodies that should have outputs: those without bodies below them. With a single top body
    /// the list is the office's own, and all are expected. Of a larger list, such as that of the whole country, those
    /// are expected that lie below the lowest body above all given ones, for each top body.
    pub(super) fn expected(&self, given: &[&[String]]) -> Vec<Vec<String>> {
        let today = self.entries.iter().filter(|entry| !entry.is_merged);
        let above: BTreeSet<usize> = today.flat_map(|entry| entry.path.iter().rev().skip(1)).copied().collect();
        let name = |at: &usize| self.entries[*at].name.clone();
        let is_lowest = |(at, entry): &(usize, &ListedBody)| !above.contains(at) && !entry.is_merged;
        let lowest = self.entries.iter().enumerate().filter(is_lowest).map(|(_, entry)| entry.path.iter().map(name));
        let lowest: Vec<Vec<String>> = lowest.map(Iterator::collect).collect();
        if self.root().is_some() {
            return lowest;
        }
        let mut regions: BTreeMap<&String, &[String]> = BTreeMap::new();
        for path in given {
            let Some(top) = path.first() else { continue };
            // A body alone is given for the one above it.
            let own = &path[..path.len().saturating_sub(1).max(1)];
            let region = regions.entry(top).or_insert(own);
            let shared = region.iter().zip(own).take_while(|(one, other)| one == other).count();
            *region = &region[..shared];
        }
        let is_within = |path: &Vec<String>| regions.values().any(|region| path.starts_with(region));
        lowest.into_iter().filter(is_within).collect()
    }

    /// Returns the path of the body that a folder's names refer to, by code or name. `names` are in order of
    /// precedence: the first one that refers to a body decides, unless a later one contradicts it.
    ///
    /// # Errors
    /// A message if none is listed, a name is ambiguous, or the names refer to different bodies.
    pub fn find(&self, names: &[String]) -> Result<Vec<String>, Message> {
        let mut found: Option<(usize, &String)> = None;
        for name in names {
            let candidates = match self.by_code.get(name.trim()) {
                Some(at) => vec![*at],
                None => self.by_name.get(&key(name)).cloned().unwrap_or_default(),
            };
            // A name that several bodies have is resolved by the folders around it.
            let fits = |at: &usize| {
                let path = &self.entries[*at].path;
                let others = names.iter().filter(|other| *other != name);
                let above: Vec<usize> = others.flat_map(|other| self.candidates_for(other)).collect();
                candidates.len() == 1 || above.iter().any(|body| path.contains(body))
            };
            let fitting: Vec<usize> = candidates.iter().copied().filter(|at| fits(at)).collect();
            match (fitting.as_slice(), found) {
                ([], _) if candidates.len() > 1 => {
                    return Err(about(name, "表中有几个同名的，请改用代码", "several are listed; use the code"));
                }
                ([], _) => {}
                ([only], None) => found = Some((*only, name)),
                // Of a body and one above it, the lower one is meant.
                ([only], Some((at, _))) if self.entries[*only].path.contains(&at) => found = Some((*only, name)),
                ([only], Some((at, _))) if self.entries[at].path.contains(only) => {}
                ([_], Some((_, first))) => {
                    let (zh, en) = (format!("与“{first}”不是同一地区"), format!("“{first}” is another body"));
                    return Err(about(name, &zh, &en));
                }
                _ => return Err(about(name, "表中有几个同名的，请改用代码", "several are listed; use the code")),
            }
        }
        let (at, _) = found.ok_or_else(|| {
            let names = names.join("、");
            Message::new(
                format!("层级表中没有与“{names}”同名或同代码的地区"),
                format!("the list of levels has no body of the name or code “{names}”"),
            )
        })?;
        Ok(self.entries[at].path.iter().map(|at| self.entries[*at].name.clone()).collect())
    }

    fn candidates_for(&self, name: &str) -> Vec<usize> {
        match self.by_code.get(name.trim()) {
            Some(at) => vec![*at],
            None => self.by_name.get(&key(name)).cloned().unwrap_or_default(),
        }
    }

    /// Returns the position of a body in the list by its path; `usize::MAX` if it is not listed.
    #[must_use]
    pub fn rank(&self, path: &[String]) -> usize {
        let is_it = |entry: &ListedBody| {
            entry.path.len() == path.len()
                && entry.path.iter().zip(path).all(|(at, name)| self.entries[*at].name == *name)
        };
        let name = path.last().map(|name| key(name)).unwrap_or_default();
        let named = self.by_name.get(&name).into_iter().flatten();
        named.copied().find(|at| is_it(&self.entries[*at])).unwrap_or(usize::MAX)
    }
}

/// Returns the codes of the bodies that a code's body may be part of, from the nearest on: two digits for the province,
/// two for the city and two for the county (GB/T 2260), then three for the township (GB/T 10114) and three for the
/// village. Codes are written short (`3501`) or with zeros (`350100`). Cities without districts, counties of a province
/// and municipalities have no body between them and the one above, so that the nearest listed code counts.
fn codes_above(code: &str) -> impl Iterator<Item = String> {
    const LENGTHS: [usize; 4] = [9, 6, 4, 2];
    let digits = if code.bytes().all(|byte| byte.is_ascii_digit()) { code } else { "" };
    LENGTHS.into_iter().filter(|length| *length < digits.len()).flat_map(move |length| {
        let short = &digits[..length];
        [6, 9, 12]
            .into_iter()
            .filter(move |width| *width >= length)
            .map(move |width| format!("{short:0<width$}"))
            .chain([short.to_owned()])
            .filter(move |above| above != code)
    })
}

/// Returns an error if two bodies with the same parent have the same name, since their paths would be equal.
fn refuse_twins(bodies: &[[String; 3]]) -> Result<(), Message> {
    let mut seen = BTreeSet::new();
    for [code, name, parent] in bodies {
        if !seen.insert((parent, name)) {
            return Err(about(code, "同一上级下有两个同名的", "its parent has another of this name"));
        }
    }
    Ok(())
}

fn missing(names: [&str; 4]) -> Message {
    Message::new(format!("缺少“{}”列", names[1]), format!("it has no column {}", names[0]))
}

fn about(what: &str, zh: &str, en: &str) -> Message {
    Message::new(format!("“{what}”：{zh}"), format!("“{what}”: {en}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> Result<LevelList, Message> {
        let rows: Vec<Vec<String>> = text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect();
        LevelList::from_rows(&rows)
    }

    fn names(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    const CHINA: &str = "code,name,parent\n35,福建省,\n3501,福州市,35\n350102,鼓楼区,3501\n32,江苏省,\n3201,南京市,32\n\
        320106,鼓楼区,3201";

    #[test]
    fn a_body_is_found_by_code_or_by_a_name_that_only_it_can_have() {
        let list = list(CHINA).expect("a list");
        let path = |words: &[&str]| list.find(&names(words)).map(|path| path.join("/")).map_err(|why| why.zh);
        assert_eq!(path(&["350102"]).as_deref(), Ok("福建省/福州市/鼓楼区"));
        assert_eq!(path(&["2024", "鼓楼区", "南京市"]).as_deref(), Ok("江苏省/南京市/鼓楼区"));
        assert!(path(&["鼓楼区"]).is_err_and(|why| why.contains("同名")));
        assert!(path(&["350102", "南京市"]).is_err_and(|why| why.contains("不是同一地区")));
        assert!(path(&["甲县"]).is_err_and(|why| why.contains("没有")));
        assert_eq!(list.root(), None);
        assert_eq!(list.rank(&names(&["江苏省", "南京市", "鼓楼区"])), 5);
    }

    #[test]
    fn without_parents_codes_nest() {
        let list = list(
            "行政区划代码,单位名称\n110000,北京市\n110101,东城区\n350000,福建省\n350100,福州市\n350128,平潭县\n\
             350128100,苏澳镇\n460000,海南省\n469001,五指山市\n",
        )
        .expect("a list");
        let path = |word: &str| list.find(&names(&[word])).map(|path| path.join("/")).map_err(|why| why.zh);
        for (word, expected) in [
            ("东城区", "北京市/东城区"),
            ("苏澳镇", "福建省/福州市/平潭县/苏澳镇"),
            ("福州市", "福建省/福州市"),
            ("350000", "福建省"),
            ("469001", "海南省/五指山市"),
        ] {
            assert_eq!(path(word).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn renamed_and_merged_bodies_are_where_they_are_now() {
        let list =
            list("代码,名称,上级,别名,并入\n35,省,,,\n1,甲区,35,甲县；350128,\n2,乙县,35,,甲区\n").expect("a list");
        let path = |word: &str| list.find(&names(&[word])).map(|path| path.join("/")).map_err(|why| why.zh);
        for (word, expected) in
            [("甲县", "省/甲区"), ("350128", "省/甲区"), ("甲区", "省/甲区"), ("乙县", "省/甲区/乙县")]
        {
            assert_eq!(path(word).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn what_is_wrong_in_a_list_is_named() {
        for (text, why) in [
            ("code,name\n1,甲\n2,乙", "缺少“上级”列"),
            ("code,name,parent\n1,甲,\n1,乙,", "代码出现两次"),
            ("code,name,parent\n1,甲,2", "上级代码不在表中"),
            ("code,name,parent\n1,甲,2\n2,乙,1", "成环"),
            ("code,name,parent\n1,甲,\n2,乙,1\n3,乙,1", "同名"),
            ("代码,名称,上级\n1,甲/乙,", "“/”"),
            ("代码,名称,上级,并入\n1,甲,,丙", "并入的地区不在表中"),
            ("代码,名称,上级,并入\n1,甲,,乙\n2,乙,,甲", "成环"),
        ] {
            let said = list(text).expect_err("a list with something wrong").zh;
            assert!(said.contains(why), "{said}");
        }
    }
}
