//! `mailslot bench`: that it measures something, not how fast that is.

use serde_json::Value;

use crate::support::World;

#[test]
fn it_measures_each_combination() {
    let world = World::new();
    let report: Value = serde_json::from_slice(&world.run(["bench", "--quick", "--json"]).ok().stdout).unwrap();
    let runs: Vec<(u64, u64)> = report["throughput"]
        .as_array()
        .unwrap()
        .iter()
        .map(|run| (run["writers"].as_u64().unwrap(), run["message_bytes"].as_u64().unwrap()))
        .collect();
    assert_eq!(runs, [(1, 64), (4, 64), (1, 4096), (4, 4096)]);
    for run in report["throughput"].as_array().unwrap() {
        assert!(run["messages"].as_u64().unwrap() > 0 && run["messages_per_second"].as_f64().unwrap() > 0.0, "{run}");
    }
    for trips in report["round_trips"].as_array().unwrap() {
        let (p50, p99) = (trips["p50_microseconds"].as_f64().unwrap(), trips["p99_microseconds"].as_f64().unwrap());
        assert!(0.0 < p50 && p50 <= p99, "{trips}");
    }
    assert_eq!(world.slots(), 0);
}

#[test]
fn its_tables_have_a_line_for_each() {
    let world = World::new();
    let ended = world.run(["bench", "--quick"]).ok();
    assert!(ended.text().contains("MESSAGES/S") && ended.text().contains("P99"), "{ended:?}");
    assert_eq!(ended.text().lines().count(), 5 + 1 + 3);
}
