use podlint_bench::generate::*;
fn main(){ for k in [Kind::Deployment,Kind::Pod,Kind::ConfigMap,Kind::Custom]{ let v:Vec<usize>=(0..STREAM).filter(|n|kind(*n)==k).map(|n|object(n).len()).collect(); println!("{k:?} n {} mean {} max {}",v.len(),v.iter().sum::<usize>()/v.len(),v.iter().max().unwrap()); } }
