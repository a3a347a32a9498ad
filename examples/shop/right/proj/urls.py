from django.urls import path

from shop import views

urlpatterns = [
    path("signup/", views.signup),
    path("reports/<int:year>/", views.report),
    path("reports/<int:year>/mail/", views.report_by_mail),
    path("reports/status/<str:task_id>/", views.report_status),
]
