//! The program `lizard`; see the library's documentation for the map of the house.

fn main() -> std::process::ExitCode {
    lizard::cli::run()
}
