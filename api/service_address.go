package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
)

// serviceAddressRoutes are where and how people are served, and the course of a case.
func (a *API) serviceAddressRoutes() {
	const mine, theirs = "/api/v1/cases/{case}/service-address", "/api/v1/cases/{case}/participants/{participant}/service-address"
	route(a, court.ActCaseCourse, huma.Operation{Method: http.MethodGet, Path: "/api/v1/cases/{case}/course", OperationID: "read-course",
		Summary: "What has happened in the case as far as I read it: acts, no messages, the newest first"}, a.readCourse)
	route(a, court.ActAddressRead, huma.Operation{Method: http.MethodGet, Path: mine, OperationID: "read-my-service-address",
		Summary: "My address for service in this case, with the text to be shown before confirming one"}, a.readMyAddress)
	route(a, court.ActAddressConfirm, huma.Operation{Method: http.MethodPut, Path: mine, OperationID: "confirm-service-address",
		Summary: "Confirm or change my address for service, signed with my signature on file"}, a.confirmAddress)
	route(a, court.ActAddressRead, huma.Operation{Method: http.MethodGet, Path: mine + "/document", OperationID: "print-my-service-address",
		Summary: "My confirmation of the address for service (PDF)", Responses: pdfResponse("The confirmation")}, a.printMyAddress)
	route(a, court.ActAddressRead, huma.Operation{Method: http.MethodGet, Path: theirs, OperationID: "read-service-address",
		Summary: "A participant's address for service, for the court and the participant"}, a.readAddress)
	route(a, court.ActAddressRecord, huma.Operation{Method: http.MethodPut, Path: theirs, OperationID: "record-service-address",
		Summary: "Note an address that was signed for on paper, or a consent that was given without one"}, a.recordAddress)
	route(a, court.ActAddressRead, huma.Operation{Method: http.MethodGet, Path: theirs + "/document", OperationID: "print-service-address",
		Summary: "A participant's confirmation of the address for service (PDF)", Responses: pdfResponse("The confirmation")}, a.printAddress)
}

type courseIn struct {
	CaseIn
	Cursor string `query:"cursor" maxLength:"1000"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

func (a *API) readCourse(ctx context.Context, in *courseIn) (*body[searchOut], error) {
	from, err := readPlace(in.Cursor)
	if err != nil {
		return nil, err
	}
	found, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadCourse{CaseID: in.Case, From: from, Limit: in.Limit})
	return answer(searchOut{found.Events, writePlace(found.Next)}, err)
}

func (a *API) readMyAddress(ctx context.Context, in *CaseIn) (*body[*hub.AddressForService], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadAddress{CaseID: in.Case}))
}

type confirmAddressIn struct {
	CaseIn
	Body struct {
		Event         string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		NoticeVersion string `json:"notice_version" maxLength:"20" doc:"of the text that was shown"`
		NoticeSHA256  string `json:"notice_sha256" maxLength:"64"`
		court.ServiceAddress
	}
}

func (a *API) confirmAddress(ctx context.Context, in *confirmAddressIn) (*body[store.Appended], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ConfirmAddress{
		CaseID: in.Case, ID: b.Event, Address: b.ServiceAddress, NoticeVersion: b.NoticeVersion, NoticeSHA256: b.NoticeSHA256}))
}

type versionIn struct {
	CaseIn
	Version int64 `query:"version" minimum:"0" doc:"0: the newest"`
}

func (a *API) printMyAddress(ctx context.Context, in *versionIn) (*documentOut, error) {
	return documentAnswer(hub.Do(ctx, a.hub, actorOf(ctx), hub.PrintAddress{CaseID: in.Case, Version: in.Version}))
}

// ParticipantIn names a participant of a case.
type ParticipantIn struct {
	CaseIn
	Participant string `path:"participant" maxLength:"64"`
}

func (a *API) readAddress(ctx context.Context, in *ParticipantIn) (*body[*hub.AddressForService], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadAddress{CaseID: in.Case, Participant: in.Participant}))
}

type recordAddressIn struct {
	ParticipantIn
	Body struct {
		Event string             `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		Basis court.ConsentBasis `json:"basis" enum:"paper,agreed"`
		Note  string             `json:"note,omitempty" maxLength:"500" doc:"how and when the person agreed; needed for agreed"`
		court.ServiceAddress
	}
}

func (a *API) recordAddress(ctx context.Context, in *recordAddressIn) (*body[store.Appended], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.RecordAddress{
		CaseID: in.Case, ID: b.Event, Participant: in.Participant, Basis: b.Basis, Address: b.ServiceAddress, Note: b.Note}))
}

type printAddressIn struct {
	ParticipantIn
	Version int64 `query:"version" minimum:"0" doc:"0: the newest"`
}

func (a *API) printAddress(ctx context.Context, in *printAddressIn) (*documentOut, error) {
	return documentAnswer(hub.Do(ctx, a.hub, actorOf(ctx), hub.PrintAddress{CaseID: in.Case, Participant: in.Participant, Version: in.Version}))
}
