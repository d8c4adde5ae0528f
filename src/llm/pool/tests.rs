//! Who gets a turn, where and when.

use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::*;
use crate::llm::health::{ALONE_AFTER, DOWN_AFTER, DOWN_FOR};
use crate::llm::shared_quota::{News, Patience, Place, Receipt, SharedQuota, Turn, Wish};

const COST: Tokens = Tokens::new(100);

fn quota(tokens: Option<u32>, most: usize) -> config::Quota {
    config::Quota {
        requests_per_minute: None,
        tokens_per_minute: tokens.and_then(NonZeroU32::new),
        max_concurrency: NonZeroUsize::new(most).unwrap(),
    }
}

/// A pool whose deployments have all been tried.
fn pool(quotas: &[config::Quota]) -> Pool {
    let pool = Pool::new(quotas.iter().copied(), None);
    for lane in &mut pool.lock().lanes {
        let now = Instant::now();
        lane.concurrency
            .completed(Duration::from_secs(1), Tokens::new(1), now, now);
    }
    pool
}

async fn slot<'p>(pool: &'p Pool, avoided: &[usize]) -> Slot<'p> {
    let costs = vec![COST; pool.lock().lanes.len()];
    pool.slot(|| costs.clone(), Urgency::New, avoided)
        .await
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn work_spreads_by_what_is_left_of_each_quota() {
    let pool = pool(&[quota(Some(3_000), 64), quota(Some(1_000), 64)]);
    let mut slots = Vec::new();
    for _ in 0..8 {
        slots.push(slot(&pool, &[]).await);
    }
    let at = |index| slots.iter().filter(|slot| slot.index == index).count();
    assert_eq!((at(0), at(1)), (6, 2));
}

#[tokio::test(start_paused = true)]
async fn a_pause_holds_one_deployment_and_not_the_other() {
    let pool = pool(&[quota(None, 8), quota(None, 8)]);
    let first = slot(&pool, &[1]).await;
    first.throttled(Duration::from_secs(30), false);
    for _ in 0..4 {
        assert_eq!(slot(&pool, &[]).await.index, 1);
    }
    let one = pool_of_one();
    let begun = Instant::now();
    slot(&one, &[])
        .await
        .throttled(Duration::from_secs(30), false);
    slot(&one, &[]).await;
    assert_eq!(begun.elapsed().as_secs(), 30);
}

fn pool_of_one() -> Pool {
    pool(&[quota(None, 8)])
}

#[tokio::test(start_paused = true)]
async fn what_the_line_waits_for_is_booked() {
    let pool = pool(&[quota(Some(100), 1)]);
    let first = slot(&pool, &[]).await;
    assert_eq!((first.held_by, first.admitted), (None, COST));
    let mut second = Box::pin(slot(&pool, &[]));
    assert!(futures::poll!(&mut second).is_pending());
    tokio::time::sleep(Duration::from_secs(2)).await;
    let reading = pool.read();
    assert_eq!((reading.in_flight, reading.waiting), (1, 1));
    assert_eq!(reading.hold, Some((Hold::Concurrency, None)));
    assert_eq!(reading.tokens_per_minute, Some(100));
    drop(first);
    let second = second.await;
    assert_eq!(second.held_by, Some(Hold::Tokens));
    drop(second);
    let held = pool.read().held;
    assert_eq!(held[&Hold::Concurrency].as_secs(), 2);
    assert_eq!(held[&Hold::Tokens].as_secs(), 58);
}

#[tokio::test(start_paused = true)]
async fn one_that_is_down_is_passed_over_for_a_while() {
    let pool = pool(&[quota(None, 8), quota(None, 8)]);
    for _ in 0..DOWN_AFTER {
        slot(&pool, &[1]).await.failed(false);
    }
    assert_eq!(
        slot(&pool, &[1]).await.index,
        1,
        "rather one to avoid than one that is down"
    );
    assert!(!pool.has_other(&[1]));
    tokio::time::sleep(DOWN_FOR).await;
    let again = slot(&pool, &[1]).await;
    assert_eq!(again.index, 0);
    again.completed(Duration::from_secs(1), Tokens::new(1));
    assert!(pool.has_other(&[1]));
}

#[tokio::test(start_paused = true)]
async fn alone_it_is_passed_over_only_when_it_is_out_of_order() {
    let pool = pool_of_one();
    let begun = Instant::now();
    for _ in 1..ALONE_AFTER {
        slot(&pool, &[0]).await.failed(false);
    }
    assert_eq!(begun.elapsed(), Duration::ZERO);
    slot(&pool, &[0]).await.failed(false);
    let alone = slot(&pool, &[]).await;
    assert!(begun.elapsed() >= DOWN_FOR);
    let costs = || vec![COST];
    let mut second = Box::pin(pool.slot(costs, Urgency::New, &[]));
    assert!(futures::poll!(&mut second).is_pending(), "one at a time");
    alone.completed(Duration::from_secs(1), Tokens::new(1));
    assert!(second.await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn nobody_avoids_a_deployment_for_ever() {
    let pool = pool(&[quota(None, 8), quota(None, 1)]);
    let held = slot(&pool, &[0]).await;
    assert_eq!(held.index, 1);
    let begun = Instant::now();
    assert_eq!(
        slot(&pool, &[0]).await.index,
        0,
        "the other one has no room"
    );
    assert_eq!(begun.elapsed(), SOON);
}

#[tokio::test(start_paused = true)]
async fn when_all_are_given_up_nobody_waits() {
    let pool = pool(&[quota(None, 8), quota(None, 8)]);
    assert!(slot(&pool, &[1]).await.give_up());
    assert_eq!(slot(&pool, &[1]).await.index, 1);
    assert!(!slot(&pool, &[]).await.give_up());
    let turn = pool.slot(|| vec![COST, COST], Urgency::New, &[]).await;
    assert_eq!(turn.err(), Some(NoTurn::NobodyLeft));
}

#[tokio::test(start_paused = true)]
async fn the_urgent_go_first_and_who_leaves_the_line_holds_nobody_back() {
    let pool = pool(&[quota(None, 1)]);
    let held = slot(&pool, &[]).await;
    let costs = || vec![COST];
    let mut new = Box::pin(pool.slot(costs, Urgency::New, &[]));
    let mut again = Box::pin(pool.slot(costs, Urgency::Again, &[]));
    let mut gone = Box::pin(pool.slot(costs, Urgency::Again, &[]));
    assert!(futures::poll!(&mut new).is_pending());
    assert!(futures::poll!(&mut gone).is_pending());
    assert!(futures::poll!(&mut again).is_pending());
    drop(gone);
    drop(held);
    assert!(futures::poll!(&mut new).is_pending());
    let got = again.await.ok().unwrap();
    assert!(futures::poll!(&mut new).is_pending());
    drop(got);
    assert!(new.await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn what_is_too_large_for_one_quota_goes_to_another() {
    let pool = pool(&[quota(Some(50), 8), quota(Some(100_000), 8)]);
    let large = || vec![Tokens::new(60), Tokens::new(60)];
    for _ in 0..3 {
        let slot = pool.slot(large, Urgency::New, &[1]).await.unwrap();
        assert_eq!(slot.index, 1);
    }
    for _ in 0..DOWN_AFTER {
        pool.slot(large, Urgency::New, &[])
            .await
            .unwrap()
            .failed(false);
    }
    let begun = Instant::now();
    assert_eq!(pool.slot(large, Urgency::New, &[]).await.unwrap().index, 1);
    assert!(
        begun.elapsed() >= DOWN_FOR,
        "rather later than to one that it kills"
    );
    let larger = || vec![Tokens::new(60), Tokens::new(200_000)];
    let turn = pool.slot(larger, Urgency::New, &[]).await;
    assert_eq!(turn.err(), Some(NoTurn::TooLarge(Tokens::new(200_000))));
}

/// A keeper that gives a place every `every`, or has gone away.
struct Keeper {
    every: Duration,
    is_away: std::sync::atomic::AtomicBool,
    asked: Mutex<Vec<Wish>>,
    told: Mutex<Vec<News>>,
}

impl Keeper {
    fn pool(every: Duration, count: usize) -> (Arc<Self>, Pool) {
        let keeper = Arc::new(Self {
            every,
            is_away: false.into(),
            asked: Mutex::default(),
            told: Mutex::default(),
        });
        let shared = Shared {
            keeper: keeper.clone(),
            accounts: (0..count).map(|index| index.to_string()).collect(),
        };
        let quotas = vec![quota(Some(1_000), 64); count];
        let pool = Pool::new(quotas.into_iter(), Some(shared));
        for lane in &mut pool.lock().lanes {
            let now = Instant::now();
            lane.concurrency
                .completed(Duration::from_secs(1), Tokens::new(1), now, now);
        }
        (keeper, pool)
    }

    fn told(&self) -> Vec<News> {
        self.told.lock().unwrap().clone()
    }
}

impl SharedQuota for Keeper {
    fn is_up(&self) -> bool {
        !self.is_away.load(std::sync::atomic::Ordering::SeqCst)
    }

    fn reserve<'a>(
        &'a self,
        account: &'a str,
        wish: Wish,
    ) -> futures::future::BoxFuture<'a, Option<Turn>> {
        let mut asked = self.asked.lock().unwrap();
        asked.push(wish);
        let number = asked.len() as u64;
        let wait = self.every;
        // Only the account `1` ever has a place at once.
        let turn = match wish.patience {
            _ if !self.is_up() => None,
            Patience::None if account != "1" => Some(Turn::Later(wait)),
            _ => Some(Turn::Reserved(Place {
                wait: if account == "1" { Duration::ZERO } else { wait },
                left: Some(7),
                receipt: Receipt {
                    number,
                    tokens: wish.tokens,
                    at: number,
                    before: 0,
                    after: 0,
                },
            })),
        };
        Box::pin(std::future::ready(turn))
    }

    fn tell(&self, _: &str, news: News) {
        self.told.lock().unwrap().push(news);
    }
}

#[tokio::test(start_paused = true)]
async fn each_waits_for_its_place_in_the_shared_quota() {
    let (keeper, pool) = Keeper::pool(Duration::from_secs(3), 1);
    pool.expect(3);
    let begun = Instant::now();
    let (one, other) = tokio::join!(slot(&pool, &[]), slot(&pool, &[]));
    assert_eq!(begun.elapsed().as_secs(), 6, "one place after the other");
    assert_eq!((one.left, other.left), (Some(7), Some(7)));
    assert_eq!(keeper.asked.lock().unwrap()[0].wanted, 400);
    other.throttled(Duration::from_secs(9), true);
    let receipt = other.receipt.unwrap();
    assert_eq!(
        keeper.told(),
        [News::Paused(Duration::from_secs(9)), News::TooFast(receipt)]
    );
}

#[tokio::test(start_paused = true)]
async fn a_place_that_is_not_used_is_given_back() {
    let (keeper, pool) = Keeper::pool(Duration::from_secs(30), 1);
    let costs = || vec![COST];
    let mut gone = Box::pin(pool.slot(costs, Urgency::New, &[]));
    assert!(futures::poll!(&mut gone).is_pending());
    let mut next = Box::pin(pool.slot(costs, Urgency::Again, &[]));
    assert!(futures::poll!(&mut next).is_pending());
    assert_eq!(keeper.asked.lock().unwrap().len(), 1, "one at a time");
    drop(gone);
    assert!(matches!(
        keeper.told()[..],
        [News::GivenBack(Receipt { number: 1, .. })]
    ));
    assert!(futures::poll!(&mut next).is_pending());
    assert_eq!(keeper.asked.lock().unwrap().len(), 2);

    // A deployment that is closed meanwhile is not asked at its place.
    pool.change(0, |lane| lane.health = Health::Dead);
    assert_eq!(next.await.err(), Some(NoTurn::NobodyLeft));
    assert_eq!(keeper.told().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_place_that_has_passed_is_another_one_s() {
    let (keeper, pool) = Keeper::pool(Duration::from_secs(1), 1);
    let mut slow = Box::pin(pool.slot(|| vec![COST], Urgency::New, &[]));
    assert!(futures::poll!(&mut slow).is_pending());
    tokio::time::advance(Duration::from_secs(2)).await;
    assert!(slow.await.is_ok());
    assert_eq!(keeper.asked.lock().unwrap().len(), 2);
    assert!(matches!(keeper.told()[..], [News::GivenBack(_)]));
}

#[tokio::test(start_paused = true)]
async fn without_the_keeper_each_keeps_to_the_quota_by_itself() {
    let (keeper, pool) = Keeper::pool(Duration::from_secs(1), 1);
    keeper
        .is_away
        .store(true, std::sync::atomic::Ordering::SeqCst);
    let begun = Instant::now();
    for _ in 0..10 {
        slot(&pool, &[]).await;
    }
    assert_eq!(begun.elapsed(), Duration::ZERO);
    slot(&pool, &[]).await;
    assert_eq!(
        begun.elapsed().as_secs(),
        60,
        "a minute has a thousand tokens"
    );
    assert!(keeper.asked.lock().unwrap().is_empty());
    keeper
        .is_away
        .store(false, std::sync::atomic::Ordering::SeqCst);
    slot(&pool, &[]).await;
    let told = keeper.asked.lock().unwrap()[0].untold;
    assert_eq!(told, 100, "what was spent meanwhile and has not come back");
    slot(&pool, &[]).await;
    assert_eq!(keeper.asked.lock().unwrap()[1].untold, 0, "once");
}

#[tokio::test(start_paused = true)]
async fn of_several_deployments_the_one_with_a_free_place_is_asked() {
    let (keeper, pool) = Keeper::pool(Duration::from_secs(30), 2);
    let begun = Instant::now();
    for _ in 0..3 {
        assert_eq!(slot(&pool, &[]).await.index, 1);
    }
    assert_eq!(begun.elapsed(), Duration::ZERO);
    pool.change(1, |lane| lane.health = Health::Dead);
    assert_eq!(slot(&pool, &[]).await.index, 0);
    assert_eq!(begun.elapsed().as_secs(), 30);
    assert!(keeper.told().is_empty());
}
