package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/hub"
	"microcourt/store/court"
)

// adminRoutes: the court's IT looks after accounts and reads the audit.
func (a *API) adminRoutes() {
	route(a, court.ActStaffManage, huma.Operation{
		Method: http.MethodGet, Path: "/api/v1/staff", OperationID: "listStaff", Summary: "The court's own accounts",
	}, a.listStaff)
	route(a, court.ActStaffManage, huma.Operation{
		Method: http.MethodPost, Path: "/api/v1/staff", OperationID: "createStaff", Summary: "Make an account",
		DefaultStatus: http.StatusCreated,
	}, a.createStaff)
	route(a, court.ActStaffManage, huma.Operation{
		Method: http.MethodPatch, Path: "/api/v1/staff/{id}", OperationID: "changeStaff", Summary: "Disable or enable an account, set its password, take its second step away",
		DefaultStatus: http.StatusNoContent,
	}, a.changeStaff)
	route(a, court.ActAuditRead, huma.Operation{
		Method: http.MethodGet, Path: "/api/v1/audit", OperationID: "readAudit", Summary: "The acts of staff, the newest first",
	}, a.readAudit)
	route(a, court.ActPersonSignOut, huma.Operation{
		Method: http.MethodPost, Path: "/api/v1/people/{id}/sign-out", OperationID: "signOutPerson", Summary: "End all sessions of somebody",
		DefaultStatus: http.StatusNoContent,
	}, a.signOutPerson)
}

type staffListOut struct {
	Body struct {
		Staff []hub.StaffInfo `json:"staff" nullable:"false"`
	}
}

func (a *API) listStaff(ctx context.Context, _ *struct{}) (*staffListOut, error) {
	list, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ListStaff{})
	var out staffListOut
	out.Body.Staff = list
	return &out, err
}

type createStaffIn struct {
	Body struct {
		Login    string     `json:"login" maxLength:"64" doc:"letters a-z, digits, dots, dashes and underscores"`
		Name     string     `json:"name" maxLength:"100"`
		Role     court.Role `json:"role" enum:"judge,clerk,admin"`
		Password string     `json:"password" maxLength:"1024" doc:"at least 12 characters"`
	}
}

type createdOut struct {
	Body struct {
		ID string `json:"id"`
	}
}

func (a *API) createStaff(ctx context.Context, in *createStaffIn) (*createdOut, error) {
	id, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.CreateStaff{
		Login: in.Body.Login, Name: in.Body.Name, Role: in.Body.Role, Password: in.Body.Password,
	})
	var out createdOut
	out.Body.ID = id
	return &out, err
}

type changeStaffIn struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Disabled  *bool  `json:"disabled,omitempty"`
		Password  string `json:"password,omitempty" maxLength:"1024"`
		ResetTOTP bool   `json:"reset_totp,omitempty"`
	}
}

func (a *API) changeStaff(ctx context.Context, in *changeStaffIn) (*struct{}, error) {
	_, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ChangeStaff{
		ID: in.ID, Disabled: in.Body.Disabled, Password: in.Body.Password, ResetTOTP: in.Body.ResetTOTP,
	})
	return nil, err
}

type readAuditIn struct {
	Cursor string `query:"cursor" maxLength:"100"`
	Limit  int    `query:"limit" minimum:"0" maximum:"200"`
}

type auditOut struct{ Body hub.AuditPage }

func (a *API) readAudit(ctx context.Context, in *readAuditIn) (*auditOut, error) {
	page, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadAudit{Cursor: in.Cursor, Limit: in.Limit})
	return &auditOut{page}, err
}

func (a *API) signOutPerson(ctx context.Context, in *idIn) (*struct{}, error) {
	_, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.SignOutPerson{PersonID: in.ID})
	return nil, err
}
