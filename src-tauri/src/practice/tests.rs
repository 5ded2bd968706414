use deskbell_clock::SystemClock;

use super::providers::{Providers, cannot_listen, listen};
use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn customers_reach_the_practice_hub_on_both_channels() {
    let folder = tempfile::tempdir().unwrap();
    let listener = listen().await.unwrap();
    let url = format!("http://{}", listener.local_addr().map_err(cannot_listen).unwrap());
    let providers = Providers::start(&url, SystemClock::shared(), 1, 1.0).await.unwrap();
    let settings = settings(folder.path(), "practise me", &url, &providers.accounts).unwrap();
    let hub = tokio::task::spawn_blocking(|| Hub::open(settings, SystemClock::shared()));
    let hub = hub.await.unwrap().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let hub = tokio::spawn(async move { hub.serve(listener, async { drop(stopped.await) }).await });

    // Each returns when the hub has accepted the signature and stored the message.
    providers.whatsapp.customer("Carla").writes("Hello by WhatsApp").await.unwrap();
    providers.sms.customer("Carla").writes("Hello by SMS").await.unwrap();

    providers.whatsapp.stop();
    drop(stop);
    hub.await.unwrap();
}
