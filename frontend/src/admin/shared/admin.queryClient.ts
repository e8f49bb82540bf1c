import { notifyManager, QueryClient } from '@tanstack/react-query'

// Components render an answer in the same task in which it came, as they do with the page's other stores.
notifyManager.setScheduler(queueMicrotask)

/**
 * Creates the cache of the admin panel. It keeps an answer only while a view shows it, because another admin may have
 * changed the list since. It does not repeat a failed request: each view says what failed and offers to try again.
 */
export function createAdminQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        gcTime: 0,
        retry: false,
        networkMode: 'always',
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        refetchIntervalInBackground: true,
      },
    },
  })
}
