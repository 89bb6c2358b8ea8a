//! The command line in Chinese: the fixed texts of clap, the help of every command and option, and usage errors.

use clap::error::{ContextKind, ContextValue, Error, ErrorKind};
use clap::{Arg, ArgAction, Command};

/// Descriptions of the program and its commands, by name.
const COMMANDS: [(&str, &str); 10] = [
    ("huizong", "汇总政府信息公开工作年度报告：读取各单位报送的文件，核对勾稽关系，加总，写出汇总表和通知"),
    ("run", "读取、核对并加总报送的文件，写出全部结果"),
    ("start", "建一个年度工作文件夹：名册（含设置）、收件、办理单"),
    ("round", "工作文件夹的下一轮：读取收件和办理单，写出结果，以前各轮的存入“历次”"),
    ("check", "读取并核对几个文件，只显示问题，不写文件"),
    ("diff", "比较两次结果：新收到、重新报送、已更正、新增、仍未解决、已说明的各有哪些"),
    ("rollup", "把多次汇总的结果按层级和年度合在一起：市合各县，省合各市，直至全国"),
    ("template", "给每个单位做一份填报表，边填边核对勾稽关系"),
    ("rules", "列出全部核对规则，或说明其中一条"),
    ("forms", "列出认识的表式，或显示其中一种：表、行、列、勾稽关系"),
];

/// Help of each argument and option, by its id.
const ARGUMENTS: [(&str, &str); 49] = [
    ("folders", "存放报送文件的文件夹（也可以是几个文件、文件夹）；结果写在它旁边的“文件夹名-汇总”"),
    ("folder", "工作文件夹，例如 2025年年报（名字里的年份就是报告年度）"),
    ("code", "规则编号，例如 S01"),
    ("id", "表式名称，例如 2021"),
    ("files", "要核对的文件"),
    ("inputs", "报送的文件和文件夹"),
    ("out", "写结果的文件夹；里面上一次的结果保留一份，改名为“文件夹名.上一次”"),
    ("roster", "名册：CSV 或工作簿，列有单位名称，可有单位代码、类型、别名、应报、截止日期等"),
    ("previous", "上一年的结果，或存放上一年报送文件的文件夹，用于比对"),
    ("official", "本级政府自己的年报，与各单位合计核对"),
    ("decisions", "办理单.xlsx：说明的采纳、更正、名称、采用哪份（见说明书）"),
    ("explanations", "单位已作的说明，一张三列的表（见说明书）"),
    ("year", "报告年度；不写时取多数报告所写的年度"),
    ("county", "县（市、区）名，用于标题"),
    ("data_only", "只写 data 文件夹和 CSV 文件"),
    ("date", "通知和通报上的日期；不写时留空手填"),
    ("reply_by", "要求单位答复的期限；不写时留空手填"),
    ("sender", "通知和通报的落款"),
    ("contact", "通知和通报上的联系人、电话"),
    ("letters", "不写填报表，写出程序自带的整改通知、通报、本级年报样张和考核计分办法，改好后用 --templates 指定"),
    ("templates", "本单位自用模板所在的文件夹：整改通知.docx、通报.docx、本级年报.docx、考核计分.toml（见说明书）"),
    ("since", "上一次的结果；写明与它相比有哪些变化"),
    ("books_folder", "写填报表的文件夹；里面已有的同名文件不覆盖"),
    ("form", "表式名称，例如 2021；不写时用该年度的表式"),
    ("old", "上一次的结果文件夹"),
    ("new", "本次的结果文件夹"),
    ("changes_file", "把全部变化写入这个 CSV 文件"),
    ("outputs", "存放汇总结果的文件夹；文件夹与结果之间的各层文件夹就是层级（省/市/县/2024）"),
    ("levels", "层级表：CSV 或工作簿，列有代码、名称、上级（无上级一列时按区划代码）；不写时按文件夹分层"),
    ("name", "全部合计的名称，例如省名；不写时取文件夹的名字"),
    ("dataset", "另把全部明细数据按年度、地区分文件夹写成 parquet 数据集，供其他统计软件使用"),
    ("facts", "明细数据的格式：csv、parquet 或 both（默认两种都写）"),
    ("convert_with", "先用这个程序（LibreOffice 的 soffice）把不能直接读取的 Word 文件转成 docx"),
    ("jobs", "同时读取文件的线程数；不写时每个处理器核心一个"),
    ("fail_on", "有这一级问题时退出码为 1：must_fix（必改）、must_explain（待说明）、never（不理会）"),
    ("explain", "逐表说明为何这样读取：工作表、列、行、略去的内容、成立的勾稽关系"),
    ("lang", "显示的语言：zh 或 en；不写时随系统"),
    ("quiet", "不显示进度和结论"),
    ("max_file_mib", "单个文件的大小（默认 64）"),
    ("max_unzipped_mib", "压缩包解开后的大小（默认 512）"),
    ("max_document_mib", "工作簿或 Word 文件解开后的大小（默认 128）"),
    ("max_ratio", "解开后与压缩时大小之比，只看 8 MiB 以上的（默认 200）"),
    ("max_entries", "压缩包里的文件数、文档的部件数、工作表数（默认 10000）"),
    ("max_cells", "一个工作簿的单元格数（默认 2000000）"),
    ("max_text_kib", "一个单元格或段落的文字（默认 1024）"),
    ("max_depth", "XML 或网页元素嵌套的层数（默认 500）"),
    ("file_seconds", "读取一个文件的时间（默认 60）"),
    ("help", "显示帮助"),
    ("version", "显示版本"),
];

/// Help of options that mean something else in one command, by command and id.
const COMMAND_ARGUMENTS: [(&str, &str, &str); 4] = [
    ("start", "year", "报告年度；不写时取文件夹名里的年份"),
    ("rollup", "year", "汇总表、对比表、通报和页面写的年度；不写时取多数地区最近的年度"),
    ("template", "year", "报告年度，写在封面上；不写时不填"),
    (
        "round",
        "date",
        "本轮日期，写在通知和通报上，也用来判断是否过了期限；不写时在窗口里询问，不能询问的用“设置”表的“本轮日期”",
    ),
];

/// Chinese placeholders of option values, by the English ones.
const VALUES: [(&str, &str); 25] = [
    ("FOLDER", "文件夹"),
    ("OUT", "文件夹"),
    ("OLD_OUT", "上次结果"),
    ("NEW_OUT", "本次结果"),
    ("DIR", "文件夹"),
    ("FILE", "文件"),
    ("FILES", "文件"),
    ("PATH", "路径"),
    ("INPUTS", "文件或文件夹"),
    ("OUTPUTS", "结果文件夹"),
    ("YYYY", "年度"),
    ("YYYY-MM-DD", "年-月-日"),
    ("NAME", "名称"),
    ("TEXT", "文字"),
    ("PROGRAM", "程序"),
    ("N", "个数"),
    ("MIB", "MiB"),
    ("KIB", "KiB"),
    ("SECONDS", "秒"),
    ("CODE", "编号"),
    ("ID", "名称"),
    ("code", "编号"),
    ("id", "名称"),
    ("files", "文件"),
    ("inputs", "文件或文件夹"),
];

/// Heading of the options that limit the input files, as `args.rs` has it.
const LIMITS: &str = "Limits, beyond which a file is given up and named";

const TEMPLATE: &str = "{about}\n\n用法：{usage}\n\n{all-args}";

fn words(list: &'static [(&str, &str)], id: &str) -> &'static str {
    list.iter().find(|(name, _)| *name == id).map_or("", |(_, words)| words)
}

/// Returns a command with all its texts in Chinese.
pub(super) fn command(command: Command) -> Command {
    let about = words(&COMMANDS, command.get_name());
    let is_root = command.get_version().is_some();
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help);
    let version = Arg::new("version").short('V').long("version").action(ArgAction::Version);
    let command = command.disable_help_flag(true).disable_version_flag(true).disable_help_subcommand(true).arg(help);
    let command = if is_root { command.arg(version) } else { command };
    let name = command.get_name().to_owned();
    let usage = if is_root { "huizong [命令] [文件夹]...".to_owned() } else { usage(&command) };
    command
        .override_usage(usage)
        .about(about)
        .help_template(TEMPLATE)
        .subcommand_help_heading("命令")
        .subcommand_value_name("命令")
        .mut_args(move |one| argument(&name, one))
        .mut_subcommands(self::command)
}

/// Returns the usage line of a command: `[选项]` if it has optional options, the required options, the arguments.
fn usage(command: &Command) -> String {
    let value = |argument: &Arg| {
        let names = argument.get_value_names().unwrap_or_default();
        let name = names.first().map_or_else(|| argument.get_id().as_str(), |name| name.as_str());
        let many = if matches!(argument.get_action(), ArgAction::Append) { "..." } else { "" };
        format!("<{}>{many}", words(&VALUES, name))
    };
    let mut parts = vec![format!("huizong {}", command.get_name())];
    if command.get_opts().any(|option| !option.is_required_set()) {
        parts.push("[选项]".to_owned());
    }
    for option in command.get_opts().filter(|option| option.is_required_set()) {
        parts.push(format!("--{} {}", option.get_long().unwrap_or_default(), value(option)));
    }
    parts.extend(command.get_positionals().map(value));
    parts.join(" ")
}

/// Returns an argument of a command with its Chinese texts.
fn argument(command: &str, argument: Arg) -> Arg {
    let heading = match argument.get_help_heading() {
        Some(LIMITS) => "限度，超出的文件不再读取，并指出",
        _ if argument.is_positional() => "参数",
        _ => "选项",
    };
    let id = argument.get_id().as_str();
    let own = COMMAND_ARGUMENTS.iter().find(|(name, argument, _)| (*name, *argument) == (command, id));
    let help = own.map_or_else(|| words(&ARGUMENTS, id), |(.., help)| help);
    let takes_value = argument.get_action().takes_values();
    let argument = argument.help(help).help_heading(heading);
    if !takes_value {
        return argument;
    }
    let names = argument.get_value_names().unwrap_or_default();
    let name = names.first().map_or("", |name| words(&VALUES, name));
    let name = if name.is_empty() { "取值" } else { name };
    argument.hide_possible_values(true).hide_default_value(true).value_name(name)
}

/// Returns the sentence about a usage error.
pub(super) fn error(error: &Error) -> String {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join("、"),
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        _ => String::new(),
    };
    let (argument, value) = (text(ContextKind::InvalidArg), text(ContextKind::InvalidValue));
    let sentence = match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => format!("{argument} 后面缺少内容"),
        ErrorKind::InvalidValue => {
            format!("{argument} 不能是“{value}”，可以是 {}", text(ContextKind::ValidValue))
        }
        ErrorKind::ValueValidation => format!("{argument} 不能是“{value}”{}", expected(&argument)),
        ErrorKind::UnknownArgument => match text(ContextKind::SuggestedArg) {
            near if near.is_empty() => format!("没有选项 {argument}"),
            near => format!("没有选项 {argument}，是否要写 {near}"),
        },
        ErrorKind::InvalidSubcommand => format!("没有命令 {}", text(ContextKind::InvalidSubcommand)),
        ErrorKind::MissingRequiredArgument => format!("缺少 {argument}"),
        ErrorKind::ArgumentConflict => {
            format!("{argument} 与 {} 不能同时写", text(ContextKind::PriorArg))
        }
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues | ErrorKind::TooManyValues | ErrorKind::NoEquals => {
            format!("{argument} 后面的内容个数不对")
        }
        _ => "命令行写法不对".to_owned(),
    };
    format!("{sentence}\n用法见 huizong --help")
}

/// Returns what the value of an option should be, for the sentence that refuses another; empty for other options.
fn expected(argument: &str) -> &'static str {
    match argument.split_once('<').map(|(_, value)| value.trim_end_matches('>')) {
        Some("年度") => "，应为四位年份，2008 至 2099",
        Some("年-月-日") => "，应为 2026-01-31 这样的日期",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::args::Args;

    #[test]
    fn every_command_and_argument_has_its_words() {
        fn look(command: &Command) {
            assert!(!words(&COMMANDS, command.get_name()).is_empty(), "{}", command.get_name());
            for argument in command.get_arguments() {
                let id = argument.get_id().as_str();
                assert!(!words(&ARGUMENTS, id).is_empty(), "{id}");
            }
            command.get_subcommands().for_each(look);
        }
        look(&Args::command());
        let limits = Args::command()
            .find_subcommand("run")
            .into_iter()
            .flat_map(Command::get_arguments)
            .filter_map(|argument| argument.get_help_heading().map(|heading| assert_eq!(heading, LIMITS)))
            .count();
        assert_eq!(limits, 9);
    }

    #[test]
    fn wrong_arguments_are_reported_in_chinese() {
        let said = |typed: &[&str]| {
            let typed = std::iter::once("huizong").chain(typed.iter().copied());
            error(&command(Args::command()).try_get_matches_from(typed).expect_err("wrong"))
        };
        let first = |typed: &[&str]| said(typed).lines().next().unwrap_or_default().to_owned();
        assert_eq!(first(&["run", "in"]), "缺少 --out <文件夹>");
        assert_eq!(first(&["run", "in", "-o", "out", "--yaer", "2024"]), "没有选项 --yaer，是否要写 --year");
        assert_eq!(
            first(&["run", "in", "-o", "out", "--year", "24"]),
            "--year <年度> 不能是“24”，应为四位年份，2008 至 2099"
        );
        assert_eq!(
            first(&["check", "a", "--fail-on", "x"]),
            "--fail-on <取值> 不能是“x”，可以是 must_fix、must_explain、never"
        );
        assert_eq!(first(&["run", "in", "-o"]), "--out <文件夹> 后面缺少内容");
        let date = "--date <年-月-日> 不能是“soon”，应为 2026-01-31 这样的日期";
        assert_eq!(first(&["run", "in", "-o", "out", "--date", "soon"]), date);
    }

    #[test]
    fn each_command_has_the_help_of_its_own_options() {
        let help = |name: &str| {
            let mut command = command(Args::command());
            command.build();
            command.find_subcommand_mut(name).expect("a command").render_help().to_string()
        };
        assert!(help("template").contains("写填报表的文件夹"), "{}", help("template"));
        assert!(help("start").contains("不写时取文件夹名里的年份"), "{}", help("start"));
        assert!(help("round").contains("用“设置”表的“本轮日期”"), "{}", help("round"));
        assert!(help("run").contains("不写时取多数报告所写的年度"), "{}", help("run"));
        let diff = help("diff");
        let of = |word: &str| diff.find(&format!("  <{word}>")).expect("an argument");
        assert!(of("上次结果") < of("本次结果"), "{diff}");
    }
}
