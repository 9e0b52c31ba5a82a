package api

// addRoutes registers every route. Each group has a file of its own.
func (a *API) addRoutes() error {
	a.serviceRoutes()
	a.signInRoutes()
	a.meRoutes()
	a.adminRoutes()
	a.caseRoutes()
	a.eventRoutes()
	a.importRoutes()
	a.socketRoutes()
	return a.pageRoutes()
}
