// One demo for all tests; WAYMARK_URL names one that already runs.
import { startDemo } from './demo';
import { makeHistory } from './history';

export default async function globalSetup(): Promise<(() => Promise<void>) | void> {
  if (process.env.WAYMARK_URL) return;
  const demo = await startDemo();
  process.env.WAYMARK_URL = demo.url;
  await makeHistory(demo.url);
  return () => demo.stop();
}
