package api

// addRoutes registers every route. Each group has a file of its own.
func (a *API) addRoutes() error {
	a.serviceRoutes()
	a.signInRoutes()
	a.meRoutes()
	a.adminRoutes()
	a.caseRoutes()
	a.deskRoutes()
	a.eventRoutes()
	a.exhibitRoutes()
	a.exchangeRoutes()
	a.evidenceDraftRoutes()
	if err := a.uploadRoutes(); err != nil {
		return err
	}
	a.attachmentRoutes()
	a.sealRoutes()
	a.fileRoutes()
	a.importRoutes()
	a.toolRoutes()
	a.riskRoutes()
	a.pleadingRoutes()
	a.oidcRoutes()
	a.signatureRoutes()
	a.proofingRoutes()
	a.organisationRoutes()
	a.proofingReviewRoutes()
	a.applicationDraftRoutes()
	a.applicationRoutes()
	a.feeRoutes()
	a.serviceAddressRoutes()
	a.documentRoutes()
	a.consentRoutes()
	a.signingRoutes()
	a.hearingRoutes()
	a.transcriptRoutes()
	a.recordingRoutes()
	a.hearingSeatRoutes()
	a.guestRoutes()
	a.socketRoutes()
	return a.pageRoutes()
}
