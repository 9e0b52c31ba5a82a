package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
)

// evidenceDraftRoutes are submissions in preparation, each for its author alone.
func (a *API) evidenceDraftRoutes() {
	const all = "/api/v1/cases/{case}/evidence-drafts"
	route(a, court.ActDraftKeep, huma.Operation{Method: http.MethodGet, Path: all, OperationID: "list-evidence-drafts",
		Summary: "My drafts of submissions in a case"}, a.listEvidenceDrafts)
	route(a, court.ActDraftKeep, huma.Operation{Method: http.MethodGet, Path: all + "/{draft}", OperationID: "read-evidence-draft",
		Summary: "One of my drafts"}, a.readEvidenceDraft)
	route(a, court.ActDraftKeep, huma.Operation{Method: http.MethodPut, Path: all + "/{draft}", OperationID: "save-evidence-draft",
		Summary: "Keep a draft under an id that the client made", MaxBodyBytes: maxEvidenceBody}, a.saveEvidenceDraft)
	route(a, court.ActDraftKeep, huma.Operation{Method: http.MethodDelete, Path: all + "/{draft}", OperationID: "remove-evidence-draft",
		Summary: "Forget one of my drafts", DefaultStatus: http.StatusNoContent}, a.removeEvidenceDraft)
}

type draftList struct {
	Drafts []store.EvidenceDraft `json:"drafts" nullable:"false"`
}

func (a *API) listEvidenceDrafts(ctx context.Context, in *CaseIn) (*body[draftList], error) {
	drafts, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ListEvidenceDrafts{CaseID: in.Case})
	return answer(draftList{append([]store.EvidenceDraft{}, drafts...)}, err)
}

// EvidenceDraftIn names a draft of mine in a case.
type EvidenceDraftIn struct {
	CaseIn
	Draft string `path:"draft" maxLength:"64" doc:"a UUID made by the client"`
}

func (a *API) readEvidenceDraft(ctx context.Context, in *EvidenceDraftIn) (*body[*store.EvidenceDraft], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadEvidenceDraft{CaseID: in.Case, ID: in.Draft}))
}

type saveDraftIn struct {
	EvidenceDraftIn
	Body struct {
		Revision   int64       `json:"revision" minimum:"0" doc:"the revision that I saw; 0 for a new draft"`
		For        string      `json:"for,omitempty" maxLength:"64"`
		Exhibits   []exhibitIn `json:"exhibits" nullable:"false" maxItems:"20"`
		LateReason string      `json:"late_reason,omitempty" maxLength:"500"`
	}
}

func (a *API) saveEvidenceDraft(ctx context.Context, in *saveDraftIn) (*body[*store.EvidenceDraft], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.SaveEvidenceDraft{
		CaseID: in.Case, ID: in.Draft, Revision: b.Revision, For: b.For, Exhibits: exhibitInputs(b.Exhibits), LateReason: b.LateReason}))
}

func (a *API) removeEvidenceDraft(ctx context.Context, in *EvidenceDraftIn) (*struct{}, error) {
	return done(hub.Do(ctx, a.hub, actorOf(ctx), hub.RemoveEvidenceDraft{CaseID: in.Case, ID: in.Draft}))
}
