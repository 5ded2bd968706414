use super::Options;

fn read(line: &str) -> Result<Options, String> {
    let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    Options::read(&words)
}

#[test]
fn options_go_together_in_any_order() {
    let standard = Options { more: 1, loaded: false, only: None };
    assert_eq!(read(""), Ok(standard.clone()));
    let both = Ok(Options { more: 5, loaded: true, only: None });
    assert_eq!(read("--loaded --more 5"), both);
    assert_eq!(read("--more 5 --loaded"), both);
    let only = Some(["--test", "hub", "--", "--exact"].map(str::to_owned).to_vec());
    assert_eq!(read("-- --test hub -- --exact"), Ok(Options { only, ..standard }));
}

#[test]
fn what_makes_no_sense_is_refused() {
    for line in ["--more", "--more many", "--less 3"] {
        assert!(read(line).is_err(), "{line}");
    }
}
