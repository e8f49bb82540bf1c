import type { Core, Feature } from '../core.ts'
import type { RemoveMessage } from '../messages/index.ts'
import { createAdminReportController } from './adminReport.controller.ts'
import { createReportController } from './report.controller.ts'
import { adminReportRoutes, reportRoutes } from './report.routes.ts'
import { RATE_LIMITS } from '../lib/limits/rateLimits.ts'

/** Builds reporting of users and messages, and the admins' list of reports. */
export function createReports(core: Core, { removeMessage }: { removeMessage: RemoveMessage }): Feature {
  const { models, createRateLimit, authenticate } = core
  const reportLimit = createRateLimit({ name: 'reports', ...RATE_LIMITS.reports })
  const reports = createReportController({ models, reportLimit })
  const adminReports = createAdminReportController({ models, removeMessage })
  return {
    mounts: [{ path: '/reports', router: reportRoutes(reports, authenticate) }],
    adminMounts: [{ path: '/reports', router: adminReportRoutes(adminReports) }],
  }
}
