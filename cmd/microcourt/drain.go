package main

import (
	"encoding/json"
	"net/http"
)

// drainState is what /drain tells.
type drainState struct {
	Draining bool `json:"draining"`
	Hearings int  `json:"hearings"` // that this node carries
}

// drain lets the court's technicians empty a node of hearings before they stop it: POST has it get no new ones and hand on those that don't sit, now and whenever one pauses; POST ?now=1 all at once; DELETE takes that back; GET tells how far it is.
func (n *node) drain(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodPost:
		n.hub.LeaveHearings(r.URL.Query().Get("now") != "")
	case http.MethodDelete:
		n.hub.KeepHearings()
	}
	var s drainState
	s.Hearings, s.Draining = n.hub.Carries()
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(s) // whoever has gone doesn't need it
}
