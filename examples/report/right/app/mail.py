import os
import smtplib
from email.message import EmailMessage


def send_mail(to, subject, text):
    message = EmailMessage()
    message["From"] = "shop@example.com"
    message["To"] = to
    message["Subject"] = subject
    message.set_content(text)
    with smtplib.SMTP(os.environ.get("SMTP_HOST", "localhost")) as server:
        server.send_message(message)
