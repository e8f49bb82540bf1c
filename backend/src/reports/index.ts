import type { Core, Feature } from '../core.ts'
import type { RemoveMessage } from '../messages/index.ts'
import { createAdminReportController } from './adminReport.controller.ts'
import { createReportController } from './report.controller.ts'
import { adminReportRoutes, reportRoutes } from './report.routes.ts'

/** Admins read reports one by one. */
const REPORTS_PER_HOUR = 20

/** Builds reporting of users and messages, and the admins' list of reports. */
export function createReports(core: Core, { removeMessage }: { removeMessage: RemoveMessage }): Feature {
  const { models, createRateLimit, authenticate } = core
  const reportLimit = createRateLimit({ name: 'reports', points: REPORTS_PER_HOUR, seconds: 3600 })
  const reports = createReportController({ models, reportLimit })
  const adminReports = createAdminReportController({ models, removeMessage })
  return {
    mounts: [{ path: '/reports', router: reportRoutes(reports, authenticate) }],
    adminMounts: [{ path: '/reports', router: adminReportRoutes(adminReports) }],
  }
}
