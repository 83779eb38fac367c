// What people were told in the demo before the tests look at it.
import { ADMIN_TOKEN } from './demo';

const LONG = `The nightly job did not finish. It stopped after 41 of 96 steps because the staging database refused connections for eleven minutes.

What was written until then is kept. The next run starts at 02:00 UTC and continues with step 42, unless somebody starts it by hand before.

Steps that were left out: currency rates, dunning letters, ledger export, settlement files, tax report.`;

/** Sends notifications to sample people, groups and everybody. */
export async function sendNotifications(url: string): Promise<void> {
  const send = async (recipients: unknown, payload: unknown) => {
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' };
    const answer = await fetch(`${url}/api/notifications/notifications`, { method: 'POST', headers, body: JSON.stringify({ recipients, payload }) });
    if (answer.status !== 200) throw new Error(`/api/notifications/notifications answered ${answer.status}: ${await answer.text()}`);
  };
  const to = (...entityRef: string[]) => ({ type: 'entity', entityRef });
  await send({ type: 'broadcast' }, { title: 'The build runners move to new machines on Saturday', description: 'Builds may wait for up to ten minutes between 08:00 and 10:00 UTC.', topic: 'maintenance', severity: 'low' });
  await send(to('group:default/payments-team', 'group:default/platform-team'), { title: 'Nightly reconciliation stopped early', description: LONG, link: '/catalog/default/component/payment-service', topic: 'jobs', severity: 'high' });
  await send(to('component:default/payment-service', 'group:default/platform-team'), { title: 'The certificate of payments.example.com ends in 3 days', link: 'https://ca.example.com/certificates/payments', topic: 'certificates', severity: 'critical', scope: 'certificate:payments' });
  await send(to('group:default/platform-team', 'group:default/payments-team'), { title: 'تم نشر مركز المساعدة', description: 'الإصدار 4.2.0', link: '/catalog/default/component/help-centre-ar', topic: 'deployments' });
  await send(to('user:default/amara-okafor', 'user:default/lukas-brandt'), { title: 'warehouse-handheld-sync-and-stock-reconciliation-nightly-worker is deployed to production-eu-central-1', topic: 'deployments', severity: 'normal' });
}
