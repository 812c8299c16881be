// Shows news that comes while the market is closed. It answers no requests, so that no page waits for it.

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("push", (event) => {
  const news = event.data?.json() ?? {};
  event.waitUntil(
    self.registration.showNotification(news.title ?? "Chợ HTX", {
      body: news.body ?? "",
      tag: news.tag, // the same news again takes the place of the first
      lang: news.lang,
      icon: "/static/img/icon-192.png",
      data: { url: news.url ?? "/tai-khoan/thong-bao" },
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const address = new URL(event.notification.data.url, location.origin);
  if (address.origin !== location.origin) return;
  event.waitUntil(self.clients.openWindow(address.href));
});
