//! Runs one inner piece a number of times and nothing else, so that `scripts/bench-check` can count
//! its instructions: `count PIECE TIMES`. Without a piece it lists them, with their elements per time.

mod pieces;

use pieces::PIECES;

fn main() {
    // cargo bench adds --bench.
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    match &args[..] {
        [] => PIECES.iter().for_each(|piece| println!("{} {}", piece.name, piece.elements)),
        [name, times] => {
            let piece = PIECES.iter().find(|piece| piece.name == name);
            let mut run = (piece.expect("a piece of the list").make)();
            for _ in 0..times.parse::<u32>().expect("TIMES is a number") {
                run();
            }
        }
        _ => panic!("count [PIECE TIMES]"),
    }
}
