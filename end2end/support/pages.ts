// Every page of the portal, once: what the accessibility test and the screenshots go through.
import list from '../pages.json' with { type: 'json' };

export interface PageUnderTest {
  name: string;
  path: string;
  /** Looked at without signing in. */
  signedOut?: boolean;
  /** Who looks at it: the usual sample person unless said. */
  person?: string;
  /** The status that it answers with, 200 unless said. */
  status?: number;
}

export const pages: PageUnderTest[] = list;
