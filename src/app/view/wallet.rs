//! What the window says of the wallet of a gateway.

use crate::app::state::AppState;
use crate::app::view::words;
use crate::domain::{Amount, GatewayId};

/// `$12.40, today 14:02`: what is left at a gateway, and when it said so; `None` where it is not known.
pub fn balance(state: &AppState, gateway: GatewayId) -> Option<String> {
    let (balance, at) = state.gateway(gateway).wallet.balance?;
    Some(format!("{balance}, {}", words::moment(at, state.now, &state.time_zone)))
}

/// `The wallet has $1.20: not enough for 4 clips.`, before an order that costs more. It holds nothing back.
pub fn not_enough(state: &AppState, gateway: GatewayId, total: Amount, clips: u32) -> Option<String> {
    let (balance, _) = state.gateway(gateway).wallet.balance?;
    let is_short = match (balance, total) {
        (Amount::Money(left), Amount::Money(total)) => left < total,
        (Amount::Credits(left), Amount::Credits(total)) => left < total,
        _ => false,
    };
    let clips = if clips == 1 { "this clip".to_owned() } else { format!("{clips} clips") };
    is_short.then(|| format!("The wallet has {balance}: not enough for {clips}."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Credits, Money, UnixMillis};

    #[test]
    fn a_wallet_that_is_short_is_told_before_the_click() {
        let mut state = AppState::new(UnixMillis(1_000));
        let (money, credits) = (|n| Amount::Money(Money(n)), |n| Amount::Credits(Credits(n)));
        for (balance, total, clips, expected) in [
            (None, money(5), 1, None),
            (Some(money(1_200_000)), money(1_200_000), 2, None),
            (Some(money(1_200_000)), money(2_560_000), 4, Some("The wallet has $1.20: not enough for 4 clips.")),
            (Some(credits(80)), credits(90), 1, Some("The wallet has 80 cr: not enough for this clip.")),
            (Some(credits(80)), money(90), 1, None),
        ] {
            let wallet = balance.map(|balance| (balance, UnixMillis(1_000)));
            state.gateways.entry(GatewayId::Aigateway).or_default().wallet.balance = wallet;
            assert_eq!(not_enough(&state, GatewayId::Aigateway, total, clips).as_deref(), expected);
        }
        assert!(balance(&state, GatewayId::Aigateway).is_some_and(|text| text.starts_with("80 cr, ")));
        assert_eq!(balance(&state, GatewayId::Apiin), None);
    }
}
