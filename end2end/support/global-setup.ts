// One demo for all tests; WAYMARK_URL names one that already runs.
import { makeAdministration } from './administration';
import { startDemo } from './demo';
import { makeHistory } from './history';
import { sendNotifications } from './notifications';

export default async function globalSetup(): Promise<(() => Promise<void>) | void> {
  if (process.env.WAYMARK_URL) return;
  const demo = await startDemo();
  process.env.WAYMARK_URL = demo.url;
  await makeHistory(demo.url);
  await makeAdministration(demo.url);
  await sendNotifications(demo.url);
  return () => demo.stop();
}
