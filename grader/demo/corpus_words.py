"""The words that made-up bills are drawn from."""

from __future__ import annotations

STATES = (
    "Alabama", "Alaska", "Arizona", "Colorado", "Delaware", "Florida", "Georgia", "Idaho",
    "Indiana", "Iowa", "Kansas", "Kentucky", "Maine", "Maryland", "Michigan", "Montana",
    "Nebraska", "Nevada", "Ohio", "Oregon", "Texas", "Utah", "Vermont", "Virginia",
)  # fmt: skip
PLACES = (
    "Ashland", "Bedford", "Clayton", "Dover", "Fairview", "Franklin", "Greenville", "Hudson",
    "Jackson", "Kingston", "Lakewood", "Madison", "Milton", "Newport", "Oxford", "Salem",
    "Springfield", "Trenton", "Union", "Winchester",
)  # fmt: skip
OFFICES = (
    ("the Secretary of Agriculture", "the Secretary"),
    ("the Secretary of Commerce", "the Secretary"),
    ("the Secretary of Education", "the Secretary"),
    ("the Secretary of Energy", "the Secretary"),
    ("the Secretary of Health and Human Services", "the Secretary"),
    ("the Secretary of the Interior", "the Secretary"),
    ("the Secretary of Labor", "the Secretary"),
    ("the Secretary of Transportation", "the Secretary"),
    ("the Secretary of Veterans Affairs", "the Secretary"),
    ("the Administrator of General Services", "the Administrator"),
    ("the Attorney General", "the Attorney General"),
    ("the Director of the National Park Service", "the Director"),
)  # fmt: skip
"""Each office by its whole name and by the name that it has after the first mention."""

OBJECTS = (
    "air traffic towers", "broadband networks", "bus fleets", "child care centers", "coral reefs",
    "crop insurance", "dairy farms", "emergency shelters", "fish hatcheries", "flood maps",
    "food banks", "forest roads", "harbor channels", "history museums", "job training centers",
    "mine sites", "nursing schools", "oil pipelines", "police radios", "power lines",
    "rail bridges", "rural clinics", "school libraries", "solar panels", "tribal courts",
    "vaccine supplies", "veterans cemeteries", "water systems", "weather stations", "wetlands",
)  # fmt: skip
ACTIONS = (
    "design", "evaluate", "expand", "finance", "improve", "inspect", "modernize", "monitor",
    "protect", "repair", "replace", "restore",
)  # fmt: skip
GROUPS = (
    "community colleges", "farm cooperatives", "Indian tribes", "local governments",
    "low-income families", "nonprofit organizations", "port authorities", "public universities",
    "rural hospitals", "school districts", "small businesses", "States", "transit agencies",
    "volunteer fire departments",
)  # fmt: skip
ADJECTIVES = (
    "Affordable", "American", "Clean", "Community", "Emergency", "Equal", "Fair", "Healthy",
    "Independent", "Modern", "National", "Public", "Regional", "Rural", "Safe", "Small",
)  # fmt: skip
SUBJECTS = (
    "Aviation", "Broadband", "Child Care", "Climate", "Coastal", "Consumer", "Energy", "Farm",
    "Forest", "Highway", "Hospital", "Housing", "Library", "Mining", "Nutrition", "Pension",
    "School", "Veterans", "Water", "Wildlife",
)  # fmt: skip
NOUNS = (
    "Access", "Assistance", "Conservation", "Development", "Fairness", "Improvement",
    "Protection", "Reform", "Relief", "Research", "Restoration", "Safety",
)  # fmt: skip
ACTS = (
    ("Clean Air Act", 42), ("Clean Water Act", 33), ("Communications Act of 1934", 47),
    ("Fair Labor Standards Act of 1938", 29), ("Federal Power Act", 16),
    ("Food Security Act of 1985", 16), ("Higher Education Act of 1965", 20),
    ("Immigration and Nationality Act", 8),
    ("Public Health Service Act", 42), ("Small Business Act", 15), ("Social Security Act", 42),
    ("Tariff Act of 1930", 19),
)  # fmt: skip
"""Acts that are amended, and the title of the Code that each stands in."""

LIMITS = (
    "annual reports", "appeals of denied claims", "complaints by employees",
    "grant applications", "license renewals", "permit applications", "public comments",
    "safety inspections",
)  # fmt: skip
"""What an amended act sets a term for."""

USES = (
    "a public park", "a public school", "a wildlife refuge", "a cemetery for veterans",
    "an airport", "a fire station", "affordable housing", "a research station",
)  # fmt: skip
FIRST_NAMES = (
    "Alice", "Arthur", "Clara", "Daniel", "Edith", "Frank", "Grace", "Harold", "Irene", "James",
    "Louise", "Martin", "Nora", "Oscar", "Ruth", "Walter",
)  # fmt: skip
LAST_NAMES = (
    "Adams", "Baker", "Carter", "Dawson", "Ellis", "Foster", "Garcia", "Harris", "Jensen",
    "Kelly", "Lopez", "Morgan", "Nelson", "Parker", "Reyes", "Sullivan", "Turner", "Walsh",
)  # fmt: skip
DUTIES = (
    "publish the results of each inspection", "keep records for 5 years",
    "train all employees once a year", "notify the public of any danger",
    "submit a safety plan", "carry liability insurance", "use only certified equipment",
    "allow visits by inspectors",
)  # fmt: skip
OWNERS = ("owners", "operators", "makers", "sellers")
DAYS = (30, 45, 60, 90, 120, 180, 270, 360)
PERCENTS = tuple(range(10, 95, 5))
MILLIONS = (1, 2, 5, 10, 15, 20, 25, 40, 50, 75)
ACRES = (40, 80, 120, 160, 240, 320, 480, 640)
YEARS = range(1993, 2019)
CONCERNS = (
    "cost too much to maintain", "are older than 50 years", "lack trained workers",
    "do not meet the needs of families", "are essential to the economy",
    "have been damaged by storms", "serve more people each year", "receive too little support",
)  # fmt: skip
"""What Congress finds of things that the bill itself says nothing about."""
