from django.db import models


class Order(models.Model):
    placed_on = models.DateField()
    cents = models.PositiveIntegerField()
