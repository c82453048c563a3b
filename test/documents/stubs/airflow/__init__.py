"""Airflow as far as the recipe uses it: tasks run in order, and it prints how each ends."""
