export { federatedFit, type FederatedFit, type SiteConnection } from './coordinator.ts';
export { disclosureDefaults, type DisclosureLimits } from './disclosure.ts';
export {
  type FederatedPlan,
  type FederatedReply,
  type FederatedRequest,
  planSchema,
  replySchema,
  requestSchema,
  type SiteStatistics,
} from './messages.ts';
export { type AuditEntry, openSite, type Site, type SiteInput } from './site.ts';
